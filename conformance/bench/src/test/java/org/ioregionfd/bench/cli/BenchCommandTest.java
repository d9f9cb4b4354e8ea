// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.ioregionfd.conformance.cli.ConformanceMain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command lines of the bench, as far as nothing is measured. */
class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench nothing",
                "bench --rounds 2",
                "bench --rounds 1001",
                "bench --slice-ms 0",
                "bench --warm-up-ms 0",
                "bench --warm-up-ms 60001",
                "bench --transport tcp",
                "bench device",
                "bench device --exec no-place-for-the-socket",
                "bench device --unix a --exec b{socket}",
                "bench device --unix a --goals none-such",
                "bench kvm",
                "bench kvm --busy-poll --exec b{socket}",
                "bench pair --busy-poll",
                "bench order --busy-poll",
                "bench order --exec no-place-for-the-socket",
                "bench scale --busy-poll",
                "bench scale --channels 9",
                "bench scale --channels 10001",
                "bench start --exec no-place-for-the-socket",
                "bench compare no-such-file.json no-such-file.json",
                "bench compare pom.xml pom.xml",
            })
    void aWrongCommandLineEndsWith2AndOneLine(String line) {
        assertEquals(2, run(line.split(" ")), out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void helpNamesEveryBench() {
        assertEquals(0, run("bench", "--help"));
        List.of("device", "kvm", "pair", "order", "scale", "start", "compare")
                .forEach(name -> assertTrue(out.toString().contains("\n  " + name + " "), out.toString()));
    }

    /** With itself, every factor is 1 and none is clear. */
    @Test
    void comparesTwoRuns() {
        String run = "../performance/bench.json";
        assertEquals(0, run("bench", "compare", run, run), err.toString());
        List<String> rows = out.toString()
                .lines()
                .filter(line -> line.contains("round trip, p50"))
                .toList();
        assertFalse(rows.isEmpty());
        rows.forEach(row -> assertTrue(row.matches(".*x +[\\d.]+x +1\\.00 +0\\.\\d+\\.\\.1\\.\\d+"), row));
    }

    private int run(String... arguments) {
        return ConformanceMain.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
