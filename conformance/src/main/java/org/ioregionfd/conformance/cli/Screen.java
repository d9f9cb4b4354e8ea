// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ioregionfd.conformance.report.Ink;

/** Where an output stream of the program goes. */
enum Screen {
    OUT(1),
    ERR(2);

    private final Path descriptor;

    Screen(int number) {
        this.descriptor = Path.of("/proc/self/fd/" + number);
    }

    /** Whether a person reads it on a terminal. Only the system knows: Java tells that only for input and output together. */
    boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"))
                    && !variable("TERM").equals("dumb");
        } catch (IOException e) {
            return false;
        }
    }

    /** Colours on a terminal, if the user has not switched them off for all programs (no-color.org). */
    Ink ink() {
        return isTerminal() && variable("NO_COLOR").isEmpty() ? Ink.COLOURED : Ink.PLAIN;
    }

    private static String variable(String name) {
        return Optional.ofNullable(System.getenv(name)).orElse("");
    }
}
