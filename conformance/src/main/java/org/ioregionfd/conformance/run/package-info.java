// SPDX-License-Identifier: BSD-3-Clause
/**
 * How checks are found, selected, seeded, run and judged. It starts the test platform and reads its results; it imports no
 * test engine, opens no socket, and knows no clause by name.
 */
@NullMarked
package org.ioregionfd.conformance.run;

import org.jspecify.annotations.NullMarked;
