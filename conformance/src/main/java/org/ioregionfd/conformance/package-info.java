// SPDX-License-Identifier: BSD-3-Clause
/**
 * The suite that judges any implementation of either side from its bytes. It reads the facts of the protocol from the
 * registry, makes its own frames and talks over JDK sockets. It uses neither the wire binding nor a reference side nor Netty,
 * so that it does not share their mistakes.
 */
@NullMarked
package org.ioregionfd.conformance;

import org.jspecify.annotations.NullMarked;
