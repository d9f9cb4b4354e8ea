/**
 * Carries the device side over Netty channels. It moves bytes between a channel and the state machine and drives its
 * deadlines; it makes no decision of the protocol.
 */
@NullMarked
package org.ioregionfd.device.netty;

import org.jspecify.annotations.NullMarked;
