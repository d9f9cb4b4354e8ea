// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a program got its arguments as they were given. The JVM decodes them by the locale, and a path with bytes that this
 * cannot hold becomes another path.
 */
public final class ArgumentBytes {
    private static final Path GIVEN = Path.of("/proc/self/cmdline");
    private static final char REPLACEMENT = '\ufffd';

    private ArgumentBytes() {}

    /** What is wrong with the arguments of this process, in a line for the user; nothing if each is as it was given. */
    public static Optional<String> fault(String... arguments) {
        try {
            return fault(Files.readAllBytes(GIVEN), arguments);
        } catch (IOException e) {
            return fault(new byte[0], arguments); // without /proc
        }
    }

    /**
     * The same for another process.
     *
     * @param commandLine all its words, each with a zero behind it; the arguments are the last of them
     */
    static Optional<String> fault(byte[] commandLine, String... arguments) {
        String[] words = new String(commandLine, StandardCharsets.ISO_8859_1).split("\0", -1);
        int first = words.length - 1 - arguments.length;
        for (int i = 0; i < arguments.length; i++) {
            String word = first < 0 ? "" : words[first + i];
            boolean isKept = isAscii(word) || word.equals(bytes(arguments[i]));
            if (!isKept || arguments[i].indexOf(REPLACEMENT) >= 0) {
                return Optional.of("argument " + (i + 1)
                        + " cannot be kept byte for byte: it is not UTF-8, or the locale" + " (LC_ALL, LANG) is not");
            }
        }
        return Optional.empty();
    }

    private static boolean isAscii(String word) {
        return word.chars().allMatch(c -> c < 0x80);
    }

    /** As characters from 0 to 255. */
    private static String bytes(String argument) {
        return new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
