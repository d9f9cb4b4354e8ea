// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import org.ioregionfd.device.Ending;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;

/**
 * Something that happened to a channel, or to a server. Channels are numbered from 1 in the order in which they came. The
 * text of each is one line for a log.
 */
public sealed interface ChannelEvent {
    /** A channel is served; its number is new. */
    record Opened(long channel) implements ChannelEvent {
        @Override
        public String toString() {
            return "channel " + channel + ": opened";
        }
    }

    /** A HELLO was answered. */
    record Offered(long channel, Hello hello, Offer offer) implements ChannelEvent {
        @Override
        public String toString() {
            return "channel " + channel + ": offered versions " + offer.versions()
                    + " in answer to a HELLO in the layout " + hello.layout().label();
        }
    }

    /** An ACCEPT was sent: the result of the OFFER before it. */
    record Agreed(long channel, Offer offer, Agreement agreement) implements ChannelEvent {
        @Override
        public String toString() {
            return "channel " + channel + ": " + agreement;
        }
    }

    /** The channel has ended; this is its last event. */
    record Ended(long channel, Ending ending) implements ChannelEvent {
        @Override
        public String toString() {
            return "channel " + channel + ": ended: " + ending;
        }
    }

    /** Something on this side failed, mostly a device; the channel is closed, and {@link Ended} follows. */
    record Failed(long channel, Throwable cause) implements ChannelEvent {
        @Override
        public String toString() {
            return "channel " + channel + ": failed: " + cause;
        }
    }

    /** A channel came beyond the bound, and was closed at once; it has no number. */
    record Refused(int channelsMax) implements ChannelEvent {
        @Override
        public String toString() {
            return "a channel was refused: " + channelsMax + " are served already";
        }
    }

    /**
     * A connection could not be accepted, mostly because there are too few descriptors; the next attempt is made a second
     * later.
     */
    record AcceptFailed(Throwable cause) implements ChannelEvent {
        @Override
        public String toString() {
            return "cannot accept a connection: " + cause.getMessage();
        }
    }
}
