// SPDX-License-Identifier: BSD-3-Clause
/** Numbers of many rounds, their medians, spreads, ratios and goals. No I/O. */
@NullMarked
package org.ioregionfd.bench.figure;

import org.jspecify.annotations.NullMarked;
