// SPDX-License-Identifier: BSD-3-Clause
/**
 * How checks are tied to the two test engines. The checks themselves, in the packages below, exchange bytes with a peer and
 * do not know how they are run.
 */
@NullMarked
package org.ioregionfd.conformance.checks;

import org.jspecify.annotations.NullMarked;
