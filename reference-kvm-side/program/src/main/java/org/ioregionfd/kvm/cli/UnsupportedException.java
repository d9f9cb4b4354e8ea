// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

/** A request of the driver's that asks for what is not there; the message says what. */
final class UnsupportedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedException(String message) {
        super(message);
    }
}
