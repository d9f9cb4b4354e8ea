// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.Violation;

/** Why a channel has ended. The text of each is one line for a log: words and clause ids. */
public sealed interface Ending {
    /** K closed its end, or the connection was lost; both count the same [CHN-008]. */
    record EndOfStream() implements Ending {
        @Override
        public String toString() {
            return "end of stream";
        }
    }

    /** K broke a clause, and the channel is closed without a frame. */
    record Violated(Violation violation) implements Ending {
        @Override
        public String toString() {
            return "violation of " + violation;
        }
    }

    /**
     * K's frame in Offered was answered with a REJECT.
     *
     * @param reject the frame
     * @param violation the clause that decided it, and where
     */
    record Rejected(Reject reject, Violation violation) implements Ending {
        @Override
        public String toString() {
            return reject + " (" + violation + ")";
        }
    }

    /** K gave the negotiation up. */
    record Aborted(Abort abort) implements Ending {
        @Override
        public String toString() {
            return abort.toString();
        }
    }
}
