// SPDX-License-Identifier: BSD-3-Clause
/**
 * Devices to serve, and to copy from: the conformance device, a serial port, a mailbox. A model knows offsets, sizes and
 * values, and decides when an access completes. It knows neither frames nor versions, does no I/O, reads no clock and starts
 * no thread; its creator gives it a line or a timer.
 */
@NullMarked
package org.ioregionfd.device.model;

import org.jspecify.annotations.NullMarked;
