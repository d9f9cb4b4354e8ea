// SPDX-License-Identifier: BSD-3-Clause
/** The rounds: which measure is taken when, on the peer and on the baseline in turn. Knows no format of a report. */
@NullMarked
package org.ioregionfd.bench.measure;

import org.jspecify.annotations.NullMarked;
