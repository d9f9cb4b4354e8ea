// SPDX-License-Identifier: BSD-3-Clause
/**
 * The document as a program: the registry and the shape of every frame, the digest, the sentence of a clause, frames built
 * right and wrong, and the required results of a device, a SELECT, an OFFER or a window. It uses no sockets, no time, no test
 * engine, and no other module.
 */
@NullMarked
package org.ioregionfd.conformance.rules;

import org.jspecify.annotations.NullMarked;
