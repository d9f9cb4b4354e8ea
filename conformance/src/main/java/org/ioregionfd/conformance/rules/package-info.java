// SPDX-License-Identifier: BSD-3-Clause
/**
 * The document as something that runs: the registry and the shape of every frame, the digest, the sentence of a clause, frames
 * built right and wrong, and what a device, a SELECT, an OFFER or a window has to come to. No sockets, no time, no test engine,
 * and nothing that another module wrote.
 */
@NullMarked
package org.ioregionfd.conformance.rules;

import org.jspecify.annotations.NullMarked;
