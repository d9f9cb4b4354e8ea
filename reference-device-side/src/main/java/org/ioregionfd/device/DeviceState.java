// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;

/** The states of section 6.1, each with what is known in it. */
public sealed interface DeviceState {
    /** Version 0 is served, and every READ may be a HELLO. Under the policy OFF the only state. */
    record Unnegotiated() implements DeviceState {}

    /** An OFFER was sent; from here on no unmarked command is served. */
    record Offered(Hello hello, Offer offer) implements DeviceState {}

    /** ACCEPT was sent. */
    record Open(Agreement agreement) implements DeviceState {}

    /** Whatever arrives is discarded. */
    record Closed(Ending ending) implements DeviceState {}
}
