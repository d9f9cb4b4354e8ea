// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

/** A request that is not carried out; the message says why. */
final class RequestException extends Exception {
    private static final long serialVersionUID = 1L;

    /** How it is answered. */
    enum Answered {
        /** With status error and error usage. */
        USAGE,
        /** With status unsupported. */
        UNSUPPORTED
    }

    private final Answered answered;

    RequestException(Answered answered, String message) {
        super(message);
        this.answered = answered;
    }

    Answered answered() {
        return answered;
    }
}
