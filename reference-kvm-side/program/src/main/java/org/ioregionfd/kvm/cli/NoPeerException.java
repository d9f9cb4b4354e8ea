// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;

/** Nobody listens there; the message is the one line that the user sees. */
final class NoPeerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoPeerException(IOException cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
