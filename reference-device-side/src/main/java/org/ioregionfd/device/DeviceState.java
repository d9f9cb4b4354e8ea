// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;

/** The states of section 6.1, each with what is known in it. */
public sealed interface DeviceState {
    /** D serves version 0, and every READ may be a HELLO. The only state under the policy OFF. */
    record Unnegotiated() implements DeviceState {}

    /** D has sent an OFFER, and serves no unmarked command any more. */
    record Offered(Hello hello, Offer offer) implements DeviceState {}

    /** ACCEPT was sent. */
    record Open(Agreement agreement) implements DeviceState {}

    /** All further bytes are discarded. */
    record Closed(Ending ending) implements DeviceState {}
}
