// SPDX-License-Identifier: BSD-3-Clause
/**
 * The peers under test: their processes, their sockets, and channels on which the suite plays the other side by hand. It uses
 * JDK sockets only. Every wait has a deadline, and everything that a peer can make grow has a bound. It does not use a test
 * engine.
 */
@NullMarked
package org.ioregionfd.conformance.peer;

import org.jspecify.annotations.NullMarked;
