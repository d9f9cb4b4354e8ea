// SPDX-License-Identifier: BSD-3-Clause
/** How generated values are drawn: bitmaps, cuts, accesses. Knows jqwik and the rules; sends nothing and judges nothing. */
@NullMarked
package org.ioregionfd.conformance.checks.arbitraries;

import org.jspecify.annotations.NullMarked;
