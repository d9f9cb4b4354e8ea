// SPDX-License-Identifier: BSD-3-Clause
/**
 * Serving: what the transports have in common, and all that somebody who embeds a device has to know of them. A
 * {@link org.ioregionfd.device.server.DeviceServer} comes from one of the packages beside this one; what it serves
 * is said in {@link org.ioregionfd.device.server.ServerOptions}. Nothing here reads or writes a channel; a transport finds what
 * it shares with the others in {@link org.ioregionfd.device.server.ServedChannel},
 * {@link org.ioregionfd.device.server.ServerAccount} and {@link org.ioregionfd.device.server.Acceptor}.
 */
@NullMarked
package org.ioregionfd.device.server;

import org.jspecify.annotations.NullMarked;
