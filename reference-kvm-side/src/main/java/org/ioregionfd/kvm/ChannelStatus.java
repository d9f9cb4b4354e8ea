// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Offer;

/**
 * A channel at one moment.
 *
 * @param state of the handshake
 * @param terms in Open the agreed ones; in Idle and Legacy version 0 in K's layout
 * @param offer the OFFER, if one came
 * @param outcome of the negotiation, if it has ended
 * @param failure why the channel failed, if it did
 */
public record ChannelStatus(
        KvmState state, Agreement terms, Optional<Offer> offer, Optional<Outcome> outcome, Optional<Failure> failure) {}
