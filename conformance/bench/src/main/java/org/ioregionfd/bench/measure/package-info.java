// SPDX-License-Identifier: BSD-3-Clause
/**
 * The rounds: which measure is taken when, on the peer and on the baseline in turn. The suite's own ends are fast: prepared
 * frames, direct buffers, no object for a command. Knows no format of a report.
 */
@NullMarked
package org.ioregionfd.bench.measure;

import org.jspecify.annotations.NullMarked;
