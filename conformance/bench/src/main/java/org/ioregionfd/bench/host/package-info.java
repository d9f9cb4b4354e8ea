// SPDX-License-Identifier: BSD-3-Clause
/** Processes and processors: the baseline's program, where each process runs, what a process occupies. No frames. */
@NullMarked
package org.ioregionfd.bench.host;

import org.jspecify.annotations.NullMarked;
