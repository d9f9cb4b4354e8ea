// SPDX-License-Identifier: BSD-3-Clause
/**
 * The API for embedders of devices, and the common part of the transports. The packages beside this one make a {@link
 * org.ioregionfd.device.server.DeviceServer}; {@link org.ioregionfd.device.server.ServerOptions} says what it serves. Nothing
 * here reads or writes a channel. The common part of the transports is in {@link org.ioregionfd.device.server.ServedChannel},
 * {@link org.ioregionfd.device.server.ServedChannels} and {@link org.ioregionfd.device.server.Acceptor}.
 */
@NullMarked
package org.ioregionfd.device.server;

import org.jspecify.annotations.NullMarked;
