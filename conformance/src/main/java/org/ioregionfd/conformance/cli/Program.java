// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.conformance.ShellWord;

/** The program that the user has started. */
public final class Program {
    /** Set by the script that starts the jar. */
    private static final String SCRIPT = "conformance.program";

    /** Set by the same script. */
    private static final String TREE = "conformance.tree";

    private Program() {}

    /** The file or directory of classes that the suite runs from. */
    static Path code() throws URISyntaxException {
        return Path.of(Program.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** The version that the jar's manifest states. */
    static String version() {
        return Optional.ofNullable(Program.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
    }

    /** How the next program knows the script that has started this one; nothing if none has. */
    public static List<String> properties() {
        return Stream.of(SCRIPT, TREE)
                .filter(name -> System.getProperty(name) != null)
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
    }

    /** The source tree whose script has started this program; empty where that was the jar alone. */
    public static Optional<Path> tree() {
        return Optional.ofNullable(System.getProperty(TREE)).map(Path::of);
    }

    /** The command that starts it again, for a shell: the script if it was started by that, or the jar. */
    public static String again() {
        String script = System.getProperty(SCRIPT, "");
        if (!script.isEmpty()) {
            return ShellWord.quoted(script);
        }
        try {
            Path code = code();
            return Files.isRegularFile(code)
                    ? "java -jar " + ShellWord.quoted(seenFromHere(code).toString())
                    : "conformance/run";
        } catch (URISyntaxException e) {
            return "conformance/run";
        }
    }

    private static Path seenFromHere(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
