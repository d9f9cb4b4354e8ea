// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.bench.report.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench from end to end, for a few milliseconds: that it measures, not how fast anything is. */
class BenchIT {
    private static final List<String> SHORT = List.of("--rounds", "3", "--slice-ms", "2", "--warm-up-ms", "40");

    @TempDir
    private Path directory;

    @Test
    void measuresADevice() throws IOException, InterruptedException {
        Path json = directory.resolve("bench.json");
        Path html = directory.resolve("bench.html");
        ProgramRun ended = bench(
                "device",
                "--exec",
                String.join(" ", ProgramRun.command(ProgramRun.DEVICE, "serve", "--unix", "{socket}")),
                "--report-json",
                json.toString(),
                "--report-html",
                html.toString(),
                "--hgrm",
                directory.toString());

        assertEquals(0, ended.exitCode(), ended::toString);
        assertAll(
                () -> assertTrue(
                        ended.out().contains("agreed: version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64"),
                        ended::toString),
                () -> assertTrue(
                        ended.out().contains("window 128 is not granted: max_inflight is 64"), ended::toString),
                () -> assertTrue(ended.out().contains("baseline: "), ended::toString),
                () -> assertTrue(
                        ended.out().matches("(?s).*round trip, p50 +[0-9.]+ [um]s +[0-9.]+ [um]s +[0-9.]+x .*"),
                        ended::toString),
                () -> assertTrue(ended.out().matches("(?s).*READs, window 32 +[0-9.]+ ?[kM]?/s .*"), ended::toString),
                () -> assertTrue(ended.out().matches("(?s).*detached handshake +[0-9.]+ rt .*"), ended::toString),
                () -> assertTrue(ended.out().matches("(?s).*channels \\(connect.*?/s .*"), ended::toString),
                () -> assertEquals("", ended.err()),
                () -> assertEquals(List.of(), Schema.faultsOf(Files.readString(json))),
                () -> assertTrue(Files.readString(html).endsWith("</html>\n")),
                () -> assertTrue(Files.exists(directory.resolve("device-peer.hgrm"))));
    }

    @Test
    void measuresAKvmSide() throws IOException, InterruptedException {
        ProgramRun ended = bench(
                "kvm", "--exec", String.join(" ", ProgramRun.command(ProgramRun.KVM, "driver", "--unix", "{socket}")));

        assertEquals(0, ended.exitCode(), ended::toString);
        assertTrue(ended.out().matches("(?s).*round trip, p50 +[0-9.]+ [um]s +[0-9.]+ [um]s .*"), ended::toString);
        assertTrue(ended.out().matches("(?s).*READs, window 128 +[0-9.]+ ?[kM]?/s .*"), ended::toString);
    }

    /** A warm-up so short that a part of it is less than the millisecond that a driver counts in. */
    @Test
    void measuresWhatOrderIsWorth() throws IOException, InterruptedException {
        ProgramRun ended = ProgramRun.of(ProgramRun.command(
                ProgramRun.SUITE, "bench", "order", "--transport", "netty", "--rounds", "3", "--warm-up-ms", "1"));

        assertEquals(0, ended.exitCode(), ended::toString);
        assertTrue(
                ended.out().matches("(?s).*version 2, OUT_OF_ORDER: fast READs +[0-9.]+ ?[kM]?/s .*"), ended::toString);
    }

    @Test
    void measuresTheStartOfADevice() throws IOException, InterruptedException {
        ProgramRun ended = bench(
                "start",
                "--exec",
                String.join(" ", ProgramRun.command(ProgramRun.DEVICE, "serve", "--unix", "{socket}")));

        assertEquals(0, ended.exitCode(), ended::toString);
        assertTrue(ended.out().matches("(?s).*start to first agreement +[0-9.]+ m?s .*"), ended::toString);
    }

    @Test
    void measuresAsManyChannelsAsAreAskedFor() throws IOException, InterruptedException {
        ProgramRun ended = bench(
                "scale",
                "--channels",
                "10",
                "--exec",
                String.join(" ", ProgramRun.command(ProgramRun.DEVICE, "serve", "--unix", "{socket}")));

        assertEquals(0, ended.exitCode(), ended::toString);
        assertTrue(ended.out().contains("8 busy of 10: READs"), ended::toString);
        assertFalse(ended.out().contains("8 busy of 100: "), ended::toString);
    }

    @Test
    void aDeviceThatIsNotThereEndsWith3() throws IOException, InterruptedException {
        ProgramRun ended = bench("device", "--unix", directory.resolve("nobody").toString());

        assertEquals(3, ended.exitCode(), ended::toString);
        assertEquals(1, ended.err().lines().count(), ended::toString);
    }

    @Test
    void aDriverThatDoesNotSpeakEndsWith3() throws IOException, InterruptedException {
        ProgramRun ended = bench("kvm", "--exec", "/bin/true {socket}");

        assertEquals(3, ended.exitCode(), ended::toString);
        assertEquals(1, ended.err().lines().count(), ended::toString);
    }

    private static ProgramRun bench(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(List.of(arguments));
        all.addAll(SHORT);
        return ProgramRun.of(ProgramRun.command(ProgramRun.SUITE, all.toArray(String[]::new)));
    }
}
