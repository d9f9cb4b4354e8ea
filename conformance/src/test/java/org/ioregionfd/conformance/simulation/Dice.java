// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.SplittableRandom;

/** All that is random in a world, from its seed. */
final class Dice {
    private static final int PERCENT = 100;

    private final SplittableRandom random;

    Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    boolean percent(int chance) {
        return random.nextInt(PERCENT) < chance;
    }

    /** One in so many. */
    boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    /** 0 up to the bound, without it. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    int anyInt() {
        return random.nextInt();
    }

    long anyLong() {
        return random.nextLong();
    }

    int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    @SafeVarargs
    final <T> T pickOf(T... values) {
        return values[random.nextInt(values.length)];
    }

    void fill(byte[] bytes) {
        random.nextBytes(bytes);
    }
}
