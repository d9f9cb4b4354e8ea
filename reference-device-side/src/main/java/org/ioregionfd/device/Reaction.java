// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;

/** What the handshake asks its caller to do about one frame. */
public sealed interface Reaction {
    /** The frame is a command: of version 0 before an agreement, of the agreed version after it. */
    record Execute() implements Reaction {}

    /** Ignore the frame. */
    record Discard() implements Reaction {}

    /** Perform the READ of an attached HELLO and say the value to {@link DeviceHandshake#offer}, before anything else [HEL-011]. */
    record PerformRead(Hello hello) implements Reaction {}

    /** Send the OFFER of a detached HELLO. */
    record SendOffer(Hello hello, Offer offer) implements Reaction {}

    /** Send the ACCEPT, and decode commands of the agreed version from then on [ACC-001]. */
    record SendAccept(Accept accept, Agreement agreement) implements Reaction {}

    /** Close the channel. If the ending is {@link Ending.Rejected}, send the REJECT first, else no frame. */
    record Close(Ending ending) implements Reaction {}
}
