// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

/** Arguments that make no sense; the message is the one line that the user sees. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
