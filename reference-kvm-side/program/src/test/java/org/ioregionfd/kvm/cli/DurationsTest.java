package org.ioregionfd.kvm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 129, 130, 255, 256, 8_191, 8_192, 1_000_003, (1L << 42) - 1})
    void aDurationIsRoundedUpByTwoPercentAtMost(long nanos) {
        long shown = Durations.longestOf(Durations.classOf(nanos));

        assertTrue(shown >= nanos && shown <= nanos * 1.02, nanos + " is shown as " + shown);
        assertEquals(Durations.classOf(nanos), Durations.classOf(shown));
    }

    @Test
    void classesFollowEachOther() {
        int last = Durations.classOf((1L << 42) - 1);
        for (int index = 0; index < last; index++) {
            assertEquals(index + 1, Durations.classOf(Durations.longestOf(index) + 1));
        }
    }

    @Test
    void whatIsLongerThanTheLastClassCountsThere() {
        assertEquals(Durations.classOf((1L << 42) - 1), Durations.classOf(Long.MAX_VALUE));
    }

    @Test
    void pairsAreAscendingAndCountEverything() {
        Durations durations = new Durations();
        durations.add(5_000);
        durations.add(100);
        durations.add(100);

        assertEquals("[[100,2],[5055,1]]", durations.pairs().toString());
    }

    @Test
    void thereAreNoMorePairsThanTheAnnexAllows() {
        Durations durations = new Durations();
        int classes = 2000;
        for (int index = 0; index < classes; index++) {
            durations.add(Durations.longestOf(index));
        }
        JsonArray pairs = durations.pairs();

        assertEquals(1024, pairs.size());
        assertEquals(classes - 1023, pairs.get(1023).getAsJsonArray().get(1).getAsLong());
        assertEquals(
                Durations.longestOf(classes - 1),
                pairs.get(1023).getAsJsonArray().get(0).getAsLong());
    }
}
