// SPDX-License-Identifier: BSD-3-Clause
/**
 * How fast a peer is, beside a baseline that exchanges the same bytes: {@code client} speaks, {@code host} starts processes and
 * pins them to processors, {@code measure} runs the rounds, {@code figure} holds what came out, {@code report} shows it, and
 * {@code cli} is the command line. Judges nothing but goals, and only where it is asked to; a figure is a ratio within one run,
 * not a claim about a machine.
 */
@NullMarked
package org.ioregionfd.bench;

import org.jspecify.annotations.NullMarked;
