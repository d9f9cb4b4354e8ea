// SPDX-License-Identifier: BSD-3-Clause
/**
 * The common part of all transports: one state machine behind a lock, the waiting calls, and their events. A transport adds a
 * {@link org.ioregionfd.kvm.channel.ByteMover}, which moves the bytes. Nothing here opens a descriptor, starts a thread, or
 * makes a decision of the protocol.
 */
@NullMarked
package org.ioregionfd.kvm.channel;

import org.jspecify.annotations.NullMarked;
