// SPDX-License-Identifier: BSD-3-Clause
/**
 * Where a channel comes from, and its bytes without an event loop: Unix sockets by path or abstract name, inherited sockets,
 * and two descriptors for the two directions, of which each is a pipe, a FIFO or a socket. Waiting is the calling thread's. No frame is looked into here, and no state of a channel, no policy and
 * neither side of the protocol is known.
 *
 * <p>Paths work wherever the JDK has Unix sockets. Everything else needs Linux and the native code of Netty's epoll
 * transport, and is refused with an {@code IOException} for the user where that is missing.
 */
@NullMarked
package org.ioregionfd.attach;

import org.jspecify.annotations.NullMarked;
