// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.function.IntFunction;
import org.ioregionfd.trace.FrameTap;

/**
 * The observers of a transport's channels. They do not change what the channels do.
 *
 * @param observer gets the events
 * @param taps gives each channel, by its number from 1 on, a tap for its bytes; called once for each
 */
public record Observation(KvmObserver observer, IntFunction<FrameTap> taps) {
    /** No observer. */
    public static final Observation NONE = by(event -> {});

    /** An observer, and no tap for bytes. */
    public static Observation by(KvmObserver observer) {
        return new Observation(observer, number -> FrameTap.NONE);
    }
}
