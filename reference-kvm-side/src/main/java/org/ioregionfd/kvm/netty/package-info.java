// SPDX-License-Identifier: BSD-3-Clause
/**
 * The transport for many channels: Unix sockets on one thread with Netty's epoll. It moves bytes and drives deadlines; no
 * decision of the protocol is taken here, and no type of Netty's is needed by who uses it.
 */
@NullMarked
package org.ioregionfd.kvm.netty;

import org.jspecify.annotations.NullMarked;
