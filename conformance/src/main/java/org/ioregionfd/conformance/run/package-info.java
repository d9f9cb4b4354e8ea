// SPDX-License-Identifier: BSD-3-Clause
/**
 * How checks are found, selected, seeded, run and judged. It drives JUnit's launcher and reads its results. It does not use
 * the two engines behind the launcher, opens no socket, and knows no clause by name.
 */
@NullMarked
package org.ioregionfd.conformance.run;

import org.jspecify.annotations.NullMarked;
