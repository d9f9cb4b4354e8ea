// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
            })
    void aWrongCommandLineEndsWith2AndOneLine(String line) {
        assertEquals(2, run(line.split(" ")), out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void helpNamesEveryBench() {
        assertEquals(0, run("bench", "--help"));
        List.of("device", "kvm", "pair", "order", "scale")
                .forEach(name -> assertTrue(out.toString().contains("\n  " + name + " "), out.toString()));
    }

    private int run(String... arguments) {
        return ConformanceMain.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
