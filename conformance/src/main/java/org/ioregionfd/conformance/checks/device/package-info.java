// SPDX-License-Identifier: BSD-3-Clause
/** The checks of a device side: one class for each area of the document. They exchange bytes, and play K by hand. */
@NullMarked
package org.ioregionfd.conformance.checks.device;

import org.jspecify.annotations.NullMarked;
