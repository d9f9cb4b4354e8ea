// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.vectors;

import org.ioregionfd.wire.Agreement;

/** Agreements as transcripts write them. */
final class Terms {
    private Terms() {}

    /** "version 2, features 0x7, max_inflight 64". */
    static String inWords(Agreement agreement) {
        return "version %d, features 0x%x, max_inflight %d"
                .formatted(agreement.version().number(), agreement.features().bits(), agreement.maxInflight());
    }
}
