// SPDX-License-Identifier: BSD-3-Clause
/**
 * What programs and traces write: on threads of their own, so that a reader who does not read holds up nobody; standard
 * streams that say what was lost; the last work of a program, which has a bound.
 */
@NullMarked
package org.ioregionfd.output;

import org.jspecify.annotations.NullMarked;
