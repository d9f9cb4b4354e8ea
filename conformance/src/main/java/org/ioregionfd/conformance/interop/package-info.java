// SPDX-License-Identifier: BSD-3-Clause
/**
 * Runs every KVM side of the source tree against every device side, and compares each pair's outcome with the document. It
 * starts programs and talks to drivers. It looks at no byte of a channel and judges no clause; the suite does that.
 */
@NullMarked
package org.ioregionfd.conformance.interop;

import org.jspecify.annotations.NullMarked;
