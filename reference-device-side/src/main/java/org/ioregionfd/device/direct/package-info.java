// SPDX-License-Identifier: BSD-3-Clause
/**
 * Carries the device side over descriptors and sockets without an event loop: a thread for each channel, which sleeps in its
 * read or polls. It moves bytes between a channel and the state machine and drives its deadlines; it makes no decision of the
 * protocol.
 */
@NullMarked
package org.ioregionfd.device.direct;

import org.jspecify.annotations.NullMarked;
