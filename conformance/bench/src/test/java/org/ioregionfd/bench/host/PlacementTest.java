// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.host;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {
    @TempDir
    private Path directory;

    @Test
    void readsTheKernelsLists() {
        assertAll(
                () -> assertEquals(List.of(0), Placement.cpusOf("0")),
                () -> assertEquals(List.of(0, 1, 2, 5), Placement.cpusOf("0-2,5")),
                () -> assertEquals(List.of(3, 8, 9), Placement.cpusOf("3,8-9")));
    }

    @Test
    void somebodyMayRunHere() {
        assertFalse(Placement.allowed().isEmpty());
    }

    @Test
    void placesACommandOnlyWhereItIsTold() {
        assertAll(
                () -> assertEquals(
                        List.of("taskset", "-c", "3", "a", "b"), Placement.placed(List.of("a", "b"), Optional.of(3))),
                () -> assertEquals(List.of("a", "b"), Placement.placed(List.of("a", "b"), Optional.empty())));
    }

    @Test
    void saysWhoRunsWhere() {
        assertAll(
                () -> assertEquals(
                        "both ends on processor 1", Placement.together(1).inWords()),
                () -> assertEquals(
                        "the suite on processor 1, the other end on processor 0",
                        Placement.apart(1, 0).inWords()),
                () -> assertEquals("nobody is pinned to a processor", Placement.NONE.inWords()));
    }

    @Test
    void readsWhatAProcessOccupies() throws IOException {
        Path rollup = Files.writeString(
                directory.resolve("smaps_rollup"),
                "5581d9000000-7fff1c000000 ---p 00000000 00:00 0 [rollup]\nRss:  9000 kB\nPss:        12 kB\nPss_Anon: 7 kB\n");

        assertEquals(OptionalLong.of(12 * 1024), Memory.in(rollup));
        assertEquals(OptionalLong.empty(), Memory.in(directory.resolve("gone")));
    }
}
