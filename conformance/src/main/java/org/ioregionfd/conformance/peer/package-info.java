// SPDX-License-Identifier: BSD-3-Clause
/**
 * The peers under test: their processes, their sockets, and channels on which the suite plays the other side by hand. JDK
 * sockets only; every wait has a deadline, everything that a peer can make grow has a bound. No test engine.
 */
@NullMarked
package org.ioregionfd.conformance.peer;

import org.jspecify.annotations.NullMarked;
