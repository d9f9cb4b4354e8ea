// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Layout;

/** The outcome of the negotiation on a channel. It never changes afterwards, even if the channel fails later. */
public sealed interface Outcome {
    /** One line for the user. */
    String inWords();

    /** It ended with an ACCEPT. */
    record Agreed(Agreement agreement) implements Outcome {
        /** "version 2, features OUT_OF_ORDER FENCE, window 64". */
        @Override
        public String inWords() {
            return agreement.toString();
        }
    }

    /** Version 0 in K's own layout: by an answer without a marker, by the policy OFF, or by a pin of version 0. */
    record LegacyPeer(Layout layout) implements Outcome {
        /** "legacy info-word". */
        @Override
        public String inWords() {
            return "legacy " + layout.label();
        }
    }

    /** The channel failed before there was an outcome. */
    record Failed(Failure failure) implements Outcome {
        @Override
        public String inWords() {
            return failure.inWords();
        }
    }
}
