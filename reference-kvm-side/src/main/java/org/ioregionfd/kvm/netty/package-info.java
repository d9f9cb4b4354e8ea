// SPDX-License-Identifier: BSD-3-Clause
/**
 * The transport for many channels: Unix sockets on one thread with Netty's epoll. It moves bytes and drives deadlines. It
 * makes no decision of the protocol, and its users need no type of Netty.
 */
@NullMarked
package org.ioregionfd.kvm.netty;

import org.jspecify.annotations.NullMarked;
