// SPDX-License-Identifier: BSD-3-Clause
/** What was measured as a table, JSON, HTML and histograms. Decides nothing. */
@NullMarked
package org.ioregionfd.bench.report;

import org.jspecify.annotations.NullMarked;
