/**
 * Carries the device side on event loops over epoll. It moves bytes between a socket and the state machine and drives its
 * deadlines; it makes no decision of the protocol.
 */
@NullMarked
package org.ioregionfd.device.netty;

import org.jspecify.annotations.NullMarked;
