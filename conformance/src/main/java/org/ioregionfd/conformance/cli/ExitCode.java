// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import org.ioregionfd.conformance.report.RunReport.Outcome;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The program's result for scripts. Never a count. */
public enum ExitCode {
    /** Every check that ran passed; also the end of --list, --help and --version. */
    CONFORMANT(0),
    /** A MUST is violated, or with --strict a SHOULD. */
    VIOLATED(1),
    /** The command line is wrong. */
    USAGE(2),
    /** The peer could not be started or reached. */
    NOT_ATTACHED(3),
    /** The suite is at fault, or a report or the output could not be written. */
    SUITE_FAULT(4),
    /** Nothing was selected, too few checks ran, or no Open of version 1 was seen. */
    TOO_FEW(5),
    /** Nothing else is wrong, but a known failure passes. */
    KNOWN_FAILURE_PASSES(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number. */
    public int number() {
        return number;
    }

    /** Says to the user of {@code line} why it comes to this, behind all else that was said. */
    public ExitCode said(CommandLine line, @Nullable String why) {
        line.getOut().flush();
        line.getErr().println("conformance: " + why);
        line.getErr().flush();
        return this;
    }

    /** The code that tells {@code outcome}. */
    static ExitCode of(Outcome outcome) {
        return outcome == Outcome.OFF_ONLY ? CONFORMANT : valueOf(outcome.name());
    }
}
