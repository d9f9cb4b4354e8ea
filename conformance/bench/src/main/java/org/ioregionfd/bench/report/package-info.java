// SPDX-License-Identifier: BSD-3-Clause
/** The results as a table, JSON, HTML and histograms. Decides nothing. */
@NullMarked
package org.ioregionfd.bench.report;

import org.jspecify.annotations.NullMarked;
