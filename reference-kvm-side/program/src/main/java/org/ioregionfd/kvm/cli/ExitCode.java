// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

/** What the program's exit status means. */
enum ExitCode {
    DONE(0),
    /** An access or the negotiation failed. */
    FAILED(1),
    USAGE(2),
    NO_PEER(3);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
