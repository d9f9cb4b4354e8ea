// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.InFlight;

/**
 * The tags of one channel: a few more than the window, which come again as soon as they are free. They differ in a few bits only,
 * which may be anywhere, so that a device that looks at a part of a tag, or finds tags by a part of them, takes one for another.
 */
final class Tags {
    private static final int SPARE = 3;
    private static final int COUNT_MAX = 300;
    private static final List<Integer> COMMON =
            List.of(0, -1, (int) Forge.blank("HELLO").get("marker"));

    private final List<Long> tags = new ArrayList<>();
    private final SplittableRandom random;
    private long last;

    /** Those that follow from {@code seed} for a window; with 0 they count up and never come again. */
    Tags(int seed, int window) {
        random = new SplittableRandom(seed);
        int place = random.nextInt(Integer.SIZE);
        int kind = random.nextInt(COMMON.size() + 3);
        int common = kind < COMMON.size() ? COMMON.get(kind) : random.nextInt();
        for (int i = 0; seed != 0 && tags.size() < Math.min(window, COUNT_MAX) + SPARE; i++) {
            int tag = kind > COMMON.size() ? random.nextInt() : Integer.rotateLeft(i, place) ^ common;
            if (tag != 0) {
                tags.add(Integer.toUnsignedLong(tag));
            }
        }
    }

    /** One that is not in use. */
    long next(InFlight model) {
        if (tags.isEmpty() || model.count() >= COUNT_MAX) {
            return ++last;
        }
        int first = random.nextInt(tags.size());
        while (model.isInUse(tags.get(first % tags.size()))) {
            first++;
        }
        return tags.get(first % tags.size());
    }
}
