// SPDX-License-Identifier: BSD-3-Clause
/**
 * Every KVM side of the source tree against every device side of it, and what must come of each pair by the document. It
 * starts programs and talks to drivers; it looks at no byte of a channel, and judges no clause: that is what the suite is for.
 */
@NullMarked
package org.ioregionfd.conformance.interop;

import org.jspecify.annotations.NullMarked;
