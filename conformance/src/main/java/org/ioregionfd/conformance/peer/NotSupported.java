// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import org.opentest4j.TestAbortedException;

/** The peer under test says that it lacks something that a check needs; the check has neither passed nor failed. */
public final class NotSupported extends TestAbortedException {
    private static final long serialVersionUID = 1;

    /** {@code reason} names what is lacking. */
    public NotSupported(String reason) {
        super(reason);
    }
}
