// SPDX-License-Identifier: BSD-3-Clause
/**
 * How fast a peer is, beside a baseline that exchanges the same bytes: {@code measure} talks to peers that it has pinned to
 * processors, and runs the rounds, {@code figure} holds the results, {@code report} shows them, and {@code cli} is the command
 * line. It judges only goals, and only on request. A figure is a ratio within one run, and no claim about a machine.
 */
@NullMarked
package org.ioregionfd.bench;

import org.jspecify.annotations.NullMarked;
