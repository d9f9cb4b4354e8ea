// SPDX-License-Identifier: BSD-3-Clause
/**
 * What the registry and the document say, interpreted at run time: the shape of every frame, the digest, the sentence of a
 * clause, any 32 bytes as an annotated dump. No sockets, no time, no test engine, and nothing that another module wrote.
 */
@NullMarked
package org.ioregionfd.conformance.oracle;

import org.jspecify.annotations.NullMarked;
