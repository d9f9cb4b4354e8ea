// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.ioregionfd.wire.Status;
import org.junit.jupiter.api.Test;

/** [ACE-001] What lies where. */
class RegionsTest {
    private static final Region LOW = new Region(1, 16);
    private static final Region HIGH = new Region(-1, Long.MAX_VALUE);

    @Test
    void findsEachRegionWhateverTheOrder() {
        Regions regions = Regions.of(LOW, HIGH, new Region(7, 1));

        assertEquals(Status.OK, regions.statusOf(1, 15, 0));
        assertEquals(Status.OK, regions.statusOf(-1, Long.MAX_VALUE - 8, 3));
        assertEquals(Status.OK, regions.statusOf(7, 0, 0));
        assertEquals(Status.BAD_REGION, regions.statusOf(2, -1, 0));
        assertEquals(Status.BAD_REGION, Regions.of().statusOf(1, 0, 0));
    }

    /** Compared without wrapping around. */
    @Test
    void findsEachBadOffset() {
        Regions regions = Regions.of(LOW, HIGH);

        assertEquals(Status.OK, regions.statusOf(1, 8, 3));
        assertEquals(Status.BAD_OFFSET, regions.statusOf(1, 9, 3));
        assertEquals(Status.BAD_OFFSET, regions.statusOf(1, -1, 3));
        assertEquals(Status.BAD_OFFSET, regions.statusOf(-1, Long.MAX_VALUE - 7, 3));
        assertEquals(Status.BAD_OFFSET, regions.statusOf(-1, Long.MIN_VALUE, 0));
        assertEquals(Status.BAD_OFFSET, Regions.of(1, 1).statusOf(1, 0, 1));
    }

    @Test
    void refusesTwoOfTheSameName() {
        String refusal = assertThrows(IllegalArgumentException.class, () -> Regions.of(HIGH, LOW, new Region(-1, 5)))
                .getMessage();

        assertEquals("two regions with user_data 18446744073709551615", refusal);
        assertThrows(IllegalArgumentException.class, () -> new Region(1, 0));
    }

    @Test
    void areAValue() {
        assertEquals(Regions.of(LOW, HIGH), Regions.of(HIGH, LOW));
        assertEquals(Regions.of(LOW, HIGH).hashCode(), Regions.of(HIGH, LOW).hashCode());
        assertNotEquals(Regions.of(LOW), Regions.of(LOW, HIGH));
    }
}
