// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ioregionfd.conformance.run.CheckContext;

/** Lists of cases that are too long for every run: a quick run tries some of them, a thorough one all. */
public final class Cases {
    /** With fewer tries than this a run is a quick one, whose time belongs to what is likely; with more it has time for more. */
    private static final int TRIES_OF_A_WHOLE_RUN = 50;

    private Cases() {}

    /**
     * As many of {@code all} as the run generates cases for a property, times {@code each}; in a quick run a part of that, and in a full
     * or thorough one a multiple; all of them where there are no more. Which ones follows from {@code random}; their order stays.
     */
    public static <T> List<T> of(List<T> all, int each, SplittableRandom random) {
        long tries = CheckContext.current().tries();
        long wanted = tries * each * tries / TRIES_OF_A_WHOLE_RUN;
        List<T> some = new ArrayList<>();
        int left = all.size();
        for (T one : all) {
            if (random.nextInt(left--) < wanted - some.size()) {
                some.add(one);
            }
        }
        return some;
    }
}
