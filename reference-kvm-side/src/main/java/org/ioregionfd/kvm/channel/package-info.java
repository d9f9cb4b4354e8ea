// SPDX-License-Identifier: BSD-3-Clause
/**
 * What every transport shares: one state machine behind a lock, the calls that wait for it, and what is told of them. A
 * transport adds a {@link org.ioregionfd.kvm.channel.ByteMover}, which moves the bytes. Nothing here opens a descriptor or
 * starts a thread, and no decision of the protocol is taken here.
 */
@NullMarked
package org.ioregionfd.kvm.channel;

import org.jspecify.annotations.NullMarked;
