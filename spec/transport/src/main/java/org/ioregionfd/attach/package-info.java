// SPDX-License-Identifier: BSD-3-Clause
/**
 * Where a channel comes from, and its bytes without an event loop: Unix sockets by path or abstract name, inherited sockets,
 * and two descriptors for the two directions, each a pipe, a FIFO or a socket. The calling thread waits. This package does
 * not look into frames. It knows no state of a channel, no policy, and neither side of the protocol.
 *
 * <p>Paths of up to 106 bytes work wherever the JDK has Unix sockets. Everything else needs Linux and the native code of
 * Netty's epoll transport; where that is missing, it is refused with an {@code IOException} for the user.
 */
@NullMarked
package org.ioregionfd.attach;

import org.jspecify.annotations.NullMarked;
