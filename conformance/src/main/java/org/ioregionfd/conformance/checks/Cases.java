// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ioregionfd.conformance.run.CheckContext;

/** Lists of cases that are too long for every run: a quick run tries some of them, a thorough one all. */
public final class Cases {
    private Cases() {}

    /**
     * As many of {@code all} as the run generates cases for a property, times {@code each}: all of them where there are no
     * more. Which ones follows from {@code random}; their order stays.
     */
    public static <T> List<T> of(List<T> all, int each, SplittableRandom random) {
        long wanted = (long) CheckContext.current().tries() * each;
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
