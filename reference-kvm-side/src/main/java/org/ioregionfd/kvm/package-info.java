// SPDX-License-Identifier: BSD-3-Clause
/**
 * The KVM side of the handshake as a state machine without I/O: bytes, events and the time come in; bytes, events and the
 * next deadline go out. It survives whatever a device sends. Nothing here opens a channel, reads a clock, draws a random
 * number, starts a thread or blocks. The transports do that. They depend on this package, never the other way round.
 */
@NullMarked
package org.ioregionfd.kvm;

import org.jspecify.annotations.NullMarked;
