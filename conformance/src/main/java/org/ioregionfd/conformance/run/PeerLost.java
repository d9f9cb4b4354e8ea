// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import org.opentest4j.TestAbortedException;

/** The peer was lost in an earlier check; this one is not run. */
public final class PeerLost extends TestAbortedException {
    private static final long serialVersionUID = 1;

    PeerLost(String reason) {
        super(reason);
    }
}
