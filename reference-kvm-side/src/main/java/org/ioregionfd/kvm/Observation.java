// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.function.IntFunction;
import org.ioregionfd.trace.FrameTap;

/**
 * Who looks at the channels of a transport. None of it changes what they do.
 *
 * @param observer hears what happens
 * @param taps gives each channel, by its number from 1 on, what hears its bytes; called once for each
 */
public record Observation(KvmObserver observer, IntFunction<FrameTap> taps) {
    /** Nobody looks. */
    public static final Observation NONE = by(event -> {});

    /** An observer, and nothing that hears bytes. */
    public static Observation by(KvmObserver observer) {
        return new Observation(observer, number -> FrameTap.NONE);
    }
}
