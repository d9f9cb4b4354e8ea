// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import org.ioregionfd.conformance.replay.StateGraph.Step;

/** One side's state machine on one channel, led along a path of the model. */
interface Replay {
    /**
     * Lets the machine do one of its side's steps, and compares its frames and its state with the model. Throws an
     * AssertionError if they differ.
     */
    void take(Step step);
}
