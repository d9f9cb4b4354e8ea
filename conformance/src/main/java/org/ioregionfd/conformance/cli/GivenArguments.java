// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The arguments as the user gave them. The JVM decodes them by the locale, and paths and commands may become others. */
final class GivenArguments {
    private GivenArguments() {}

    /** What is wrong with the arguments, in a line for the user; nothing if each one's UTF-8 bytes are those that were given. */
    static Optional<String> fault(String... arguments) {
        byte[] given;
        try {
            given = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        } catch (IOException e) {
            return Optional.empty(); // without /proc they cannot be compared
        }
        // A launcher that takes the arguments from elsewhere shows others here, in ASCII as a rule.
        byte[] kept = (String.join("\0", arguments) + "\0").getBytes(StandardCharsets.UTF_8);
        String end = latin(given).substring(Math.max(0, given.length - kept.length));
        boolean isAscii = latin(given).chars().allMatch(c -> c < 0x80);
        return isAscii || end.equals(latin(kept))
                ? Optional.empty()
                : Optional.of(
                        "an argument cannot be kept byte for byte: it is not UTF-8, or the locale (LC_ALL, LANG) is not");
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
