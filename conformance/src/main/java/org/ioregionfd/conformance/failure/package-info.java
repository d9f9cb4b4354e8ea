// SPDX-License-Identifier: BSD-3-Clause
/**
 * Failures as files, and how they are seen again: written for {@code replay} and for Wireshark, read as what strangers sent. It
 * judges nothing by itself.
 */
@NullMarked
package org.ioregionfd.conformance.failure;

import org.jspecify.annotations.NullMarked;
