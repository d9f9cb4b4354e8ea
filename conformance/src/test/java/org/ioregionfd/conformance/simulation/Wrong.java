// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.function.Supplier;

/** A judge has found something that no conforming peer does, or that does not fit the rest of the world. */
final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Wrong(String what) {
        super(what);
    }

    /** The text is made only when it is needed, because this runs for every frame of every world. */
    static void unless(boolean right, Supplier<String> what) {
        if (!right) {
            throw new Wrong(what.get());
        }
    }

    static void unlessSame(Object expected, Object seen, Supplier<String> what) {
        unless(expected.equals(seen), () -> what.get() + ": expected " + expected + ", seen " + seen);
    }

    static void unlessSame(long expected, long seen, Supplier<String> what) {
        unless(expected == seen, () -> what.get() + ": expected " + expected + ", seen " + seen);
    }
}
