// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The program that the user has started. */
public final class Program {
    /** Set by the script that starts the jar. */
    private static final String SCRIPT = "conformance.program";

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

    /** The directory of that. */
    public static Path home() throws URISyntaxException {
        return Optional.ofNullable(code().getParent()).orElseThrow();
    }

    /** The command that starts it again: the script if it was started by that, or the jar. */
    public static String again() {
        try {
            Path code = code();
            String jar = Files.isRegularFile(code) ? "java -jar " + seenFromHere(code) : "conformance/run";
            return System.getProperty(SCRIPT, jar);
        } catch (URISyntaxException e) {
            return "conformance/run";
        }
    }

    private static Path seenFromHere(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
