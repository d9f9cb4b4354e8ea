// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.util.function.Function;

/**
 * What a peer is compared with.
 *
 * @param name what it is, for a report
 * @param one in the peer's place where a frame is exchanged at a time
 * @param many in the peer's place where all that is there is exchanged at a time
 * @param <T> as what the peer is measured
 */
public record Baselines<T>(String name, T one, T many) {
    /** The same, each as {@code as} makes it. */
    public <U> Baselines<U> map(Function<T, U> as) {
        return new Baselines<>(name, as.apply(one), as.apply(many));
    }
}
