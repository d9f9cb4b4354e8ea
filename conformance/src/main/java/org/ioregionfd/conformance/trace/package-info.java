// SPDX-License-Identifier: BSD-3-Clause
/** What went over a channel, as data. Knows the shapes of frames; sends nothing, reads no file and judges nothing. */
@NullMarked
package org.ioregionfd.conformance.trace;

import org.jspecify.annotations.NullMarked;
