// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.util.function.Function;

/**
 * The baselines of a peer.
 *
 * @param name its name in a report
 * @param one the baseline that exchanges one frame at a time
 * @param many the baseline that exchanges all waiting frames at a time
 * @param <T> as what the peer is measured
 */
public record Baselines<T>(String name, T one, T many) {
    /** The same, each as {@code as} makes it. */
    public <U> Baselines<U> map(Function<T, U> as) {
        return new Baselines<>(name, as.apply(one), as.apply(many));
    }
}
