// SPDX-License-Identifier: BSD-3-Clause
/**
 * The suite that judges any implementation of either side from its bytes. It reads the facts of the protocol
 * from the registry, forges its own frames and speaks over JDK sockets: it uses neither the wire binding nor a
 * reference side nor Netty, so that a mistake shared with them shows.
 */
@NullMarked
package org.ioregionfd.conformance;

import org.jspecify.annotations.NullMarked;
