// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import org.ioregionfd.conformance.replay.StateGraph.Step;

/** One side's state machine on one channel, led along a path of the model. */
interface Replay {
    /**
     * Lets the machine do one of its side's steps, and compares what it sends and where it stands with the model. Throws an
     * AssertionError where they differ.
     */
    void take(Step step);
}
