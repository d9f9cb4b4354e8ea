// SPDX-License-Identifier: BSD-3-Clause
/**
 * The generators of all files that come from the document, the registry and the vectors, and the command that runs them. A
 * generator makes a text of its input and decides nothing. The tests check that the sources agree with each other.
 */
@NullMarked
package org.ioregionfd.spec;

import org.jspecify.annotations.NullMarked;
