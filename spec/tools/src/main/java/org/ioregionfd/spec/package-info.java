// SPDX-License-Identifier: BSD-3-Clause
/**
 * What is written from the document, the registry and the vectors, and the command that writes it. A generator makes a text of what
 * it reads and decides nothing; that the sources agree with each other is for the tests to say.
 */
@NullMarked
package org.ioregionfd.spec;

import org.jspecify.annotations.NullMarked;
