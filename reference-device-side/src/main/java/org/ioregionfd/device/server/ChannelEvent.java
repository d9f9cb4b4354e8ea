// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import org.ioregionfd.device.Ending;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;

/**
 * Something that has become of a channel, or of a server. Channels are numbered from 1 in the order in which they came. The
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

    /** An ACCEPT was sent: what came of the OFFER before it. */
    record Agreed(long channel, Offer offer, Agreement agreement) implements ChannelEvent {
        @Override
        public String toString() {
            return "channel " + channel + ": " + agreement;
        }
    }

    /** The channel is over; the last that is heard of it. */
    record Ended(long channel, Ending ending) implements ChannelEvent {
        @Override
        public String toString() {
            return "channel " + channel + ": ended: " + ending;
        }
    }

    /** Something else than the peer failed, a device as a rule; the channel is closed, and {@link Ended} follows. */
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

    /** A connection could not be accepted, for want of descriptors as a rule; the next attempt is made a second later. */
    record AcceptFailed(Throwable cause) implements ChannelEvent {
        @Override
        public String toString() {
            return "cannot accept a connection: " + cause.getMessage();
        }
    }
}
