// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinningTest {
    @TempDir
    private Path directory;

    @Test
    void readsTheKernelsLists() {
        assertAll(
                () -> assertEquals(List.of(0), Pinning.cpusOf("0")),
                () -> assertEquals(List.of(0, 1, 2, 5), Pinning.cpusOf("0-2,5")),
                () -> assertEquals(List.of(3, 8, 9), Pinning.cpusOf("3,8-9")));
    }

    @Test
    void somebodyMayRunHere() {
        assertFalse(Pinning.allowed().isEmpty());
    }

    @Test
    void pinsACommandOnlyWhereItIsTold() {
        assertAll(
                () -> assertEquals(
                        List.of("taskset", "-c", "3", "a", "b"), Pinning.pinned(List.of("a", "b"), Optional.of(3))),
                () -> assertEquals(List.of("a", "b"), Pinning.pinned(List.of("a", "b"), Optional.empty())));
    }

    @Test
    void saysWhoRunsWhere() {
        assertAll(
                () -> assertEquals("both ends on processor 1", Pinning.of(1, 1).inWords()),
                () -> assertEquals(
                        "the suite on processor 1, the other end on processor 0",
                        Pinning.of(1, 0).inWords()),
                () -> assertEquals("nobody is pinned to a processor", Pinning.NONE.inWords()));
    }

    @Test
    void readsWhatAProcessOccupies() throws IOException {
        Path rollup = Files.writeString(
                directory.resolve("smaps_rollup"),
                "5581d9000000-7fff1c000000 ---p 00000000 00:00 0 [rollup]\nRss:  9000 kB\nPss:        12 kB\nPss_Anon: 7 kB\n");

        assertEquals(OptionalLong.of(12 * 1024), ProcFile.memory(rollup));
        assertEquals(OptionalLong.empty(), ProcFile.memory(directory.resolve("gone")));
    }

    @Test
    void sleepersShareAProcessorAndPollersDoNot() {
        assertEquals(
                Pinning.of(Waiting.ASLEEP).suite(), Pinning.of(Waiting.ASLEEP).peer());
        Pinning.of(Waiting.POLLING)
                .suite()
                .ifPresent(
                        suite -> assertTrue(Pinning.of(Waiting.POLLING).peer().orElseThrow() < suite));
    }

    @Test
    void isReadAsItIsWritten() {
        for (Pinning pinning : List.of(Pinning.NONE, Pinning.of(1, 0))) {
            assertEquals(pinning, Pinning.parse(pinning.toString()));
        }
    }
}
