// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.GoalSet;
import org.ioregionfd.bench.figure.Series;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReportsTest {
    private static final Series PEER = new Series(List.of(8_000.0, 9_000.0, 10_000.0));
    private static final Series BASELINE = new Series(List.of(8_000.0, 8_000.0, 8_000.0));

    @TempDir
    private Path directory;

    @Test
    void theTableShowsMediansRatiosAndGoals() {
        StringWriter out = new StringWriter();
        new BenchTable(new PrintWriter(out)).subject(subject(GoalSet.DIRECT));

        assertEquals("""

                a <device>
                  baseline: an echo
                  agreed: nothing
                  median of rounds        peer  baseline  ratio  middle half  goal
                  round trip, p50      9.00 us   8.00 us  1.13x   1.06..1.19  <= 1.15x met
                  READs, window 128   9.00 k/s  8.00 k/s  1.13x   1.06..1.19  >= 0.50x met
                  detached handshake   3.00 rt         -      -               <= 2.30 rt MISSED
                  memory              12.0 KiB         -      -
                """, out.toString());
    }

    @Test
    void aMissedGoalIsSeen() {
        assertAll(
                () -> assertFalse(run(GoalSet.DIRECT).isEveryGoalMet()),
                () -> assertTrue(run(GoalSet.NONE).isEveryGoalMet()),
                () -> assertTrue(run(GoalSet.DIRECT_POLLING).isEveryGoalMet()));
    }

    @Test
    void theJsonHasItsFormAndTellsTheSame() throws IOException {
        String json = BenchJson.of(run(GoalSet.DIRECT));

        assertEquals(List.of(), Schema.faultsOf(json));
        BenchRun again = Measured.of(json);
        assertEquals(
                run(GoalSet.DIRECT).subjects().get(0).figures(),
                again.subjects().get(0).figures());
    }

    @Test
    void theFormRefusesWhatIsNone() {
        String json = BenchJson.of(run(GoalSet.NONE));

        assertAll(
                () -> assertFalse(
                        Schema.faultsOf(json.replace("\"ns\"", "\"s\"")).isEmpty()),
                () -> assertFalse(Schema.faultsOf(json.replace("\"format\": 1", "\"format\": 2"))
                        .isEmpty()));
    }

    @Test
    void thePageShowsTheFiguresAndDrawsThem() {
        String html = BenchHtml.of(run(GoalSet.DIRECT));

        assertAll(
                () -> assertTrue(html.contains("<h2>a &lt;device&gt;</h2>"), html),
                () -> assertTrue(html.contains("<td class=\"ratio\">1.13x</td>"), html),
                () -> assertTrue(html.contains("<td class=\"missed\">&lt;= 2.30 rt MISSED</td>"), html),
                () -> assertEquals(2, html.split("<svg ", -1).length - 1, html),
                () -> assertFalse(html.contains("<script"), html),
                () -> assertFalse(html.contains("http://") || html.contains("https://"), html),
                () -> assertFalse(html.contains("NaN") || html.contains("Infinity"), html));
    }

    @Test
    void theDistributionsAreFilesThatOthersRead() throws IOException {
        HgrmFiles.write(run(GoalSet.NONE), directory.resolve("new"));

        List<String> lines = Files.readAllLines(directory.resolve("new/device-peer.hgrm"));
        assertTrue(lines.get(0).contains("Percentile"), lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("#[Max     =        8.999")), lines.toString());
    }

    @Test
    void numbersHaveThreeDigitsAndAUnit() {
        assertAll(
                () -> assertEquals("7.49 us", Numbers.value(7_491, Unit.NANOS)),
                () -> assertEquals("1.25 ms", Numbers.value(1_250_000, Unit.NANOS)),
                () -> assertEquals("12.3 k/s", Numbers.value(12_345, Unit.PER_SECOND)),
                () -> assertEquals("999/s", Numbers.value(999.4, Unit.PER_SECOND)),
                () -> assertEquals("14.3 M/s", Numbers.value(14.3e6, Unit.PER_SECOND)),
                () -> assertEquals("2.00 MiB", Numbers.value(2 << 20, Unit.BYTES)),
                () -> assertEquals("100 us", Numbers.round(1e5, Unit.NANOS)),
                () -> assertEquals("10 M/s", Numbers.round(1e7, Unit.PER_SECOND)));
    }

    private static BenchRun run(GoalSet goals) {
        return new BenchRun(List.of("a machine"), List.of("3 rounds"), List.of(subject(goals)));
    }

    private static Subject subject(GoalSet goals) {
        Histogram nanos = Distribution.newHistogram();
        for (int i = 0; i < 1000; i++) {
            nanos.recordValue(8_000 + i);
        }
        return new Subject(
                        "device",
                        "a <device>",
                        "an echo",
                        List.of("agreed: nothing"),
                        List.of(
                                figure("round-trip-p50", "round trip, p50", Unit.NANOS, PEER, BASELINE),
                                figure("window-128", "READs, window 128", Unit.PER_SECOND, PEER, BASELINE),
                                figure(
                                        "handshake-detached",
                                        "detached handshake",
                                        Unit.ROUND_TRIPS,
                                        new Series(List.of(3.0)),
                                        Series.EMPTY),
                                figure("memory", "memory", Unit.BYTES, new Series(List.of(12_288.0)), Series.EMPTY)),
                        List.of(
                                new Distribution("peer", "a <device>", nanos),
                                new Distribution("baseline", "an echo", nanos)))
                .withGoals(goals);
    }

    private static Figure figure(String id, String label, Unit unit, Series peer, Series baseline) {
        return new Figure(id, label, unit, peer, baseline, Optional.empty());
    }
}
