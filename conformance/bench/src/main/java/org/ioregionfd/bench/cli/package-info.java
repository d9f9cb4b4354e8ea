// SPDX-License-Identifier: BSD-3-Clause
/** The command {@code bench} of the suite's program: turns arguments into what is measured, and goals into an exit code. */
@NullMarked
package org.ioregionfd.bench.cli;

import org.jspecify.annotations.NullMarked;
