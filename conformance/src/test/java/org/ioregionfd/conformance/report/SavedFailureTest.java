// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.Trace.Transfer;
import org.ioregionfd.conformance.programs.Programs;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Sample;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavedFailureTest {
    private static final String CHECK = "SEL-014/refuses-a-window@version-1";

    @TempDir
    private Path folder;

    @Test
    void isReadAsItWasWritten() throws IOException {
        SavedFailure failure = failure(CHECK, "seen </script> \u0007");
        Path file = failure.write(folder.resolve("new/folder"), "");

        assertEquals(failure, SavedFailure.read(file));
        assertEquals(folder.resolve("new/folder/SEL-014_refuses-a-window@version-1.json"), file);
    }

    @Test
    void replacesAFileAndLeavesTheFolder() throws IOException {
        failure(CHECK, "before").write(folder, "");
        Path file = failure(CHECK, "after").write(folder, "");

        assertEquals("after", SavedFailure.read(file).finding().seen());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../up", "/etc/passwd", "a\u0000b", "..", "con\n"})
    void noNameOfACheckLeavesTheFolder(String name) throws IOException {
        Path file = failure(name, "").write(folder, "a-");

        assertEquals(folder, file.getParent());
        assertTrue(file.getFileName().toString().matches("a-[A-Za-z0-9_@-]+\\.json"), file.toString());
    }

    @Test
    void holdsNothingOfTheMachine() {
        String text = failure(CHECK, "seen").toJson();

        assertFalse(text.contains(System.getProperty("user.dir")), text);
        assertFalse(text.contains(System.getProperty("java.io.tmpdir")), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "format": 1        | "format": 2             | its format is not 1
                    "side": "D"        | "side": "X"             | its side is neither K nor D
                    "check":           | "chec":                 | it has no check
                    "seed": 42         | "seed": 4.2             | its seed is no whole number
                    "seed": 42         | "seed": 1e999999        | its seed is no whole number
                    "seed": 42         | "seed": null            | its seed is no whole number
                    "timeout_ms": 2000 | "timeout_ms": 999999999 | its timeout_ms is out of range
                    "tries": 100       | "tries": 0              | its tries is out of range
                    "seen": "x"        | "seen": ["x"]           | its seen is no text
                    "trace": {         | "trace": 5, "t": {      | its trace is not valid
                    "entries": [       | "entries": [[],         | its trace is not valid
                    "omitted": 0       | "omitted": "zero"       | its trace is not valid
                    "type": "ended"    | "type": "over"          | its trace is not valid
                    "from": "K"        | "from": "Q"             | its trace is not valid
                    "hex": "00         | "hex": "0               | its trace is not valid
                    "hex": "00         | "hex": "zz              | its trace is not valid
                    "transfer": "read" | "transfer": "stolen"    | its trace is not valid
                    7                  | 32                      | its trace is not valid
                    """)
    void saysInOneLineWhatIsDamaged(String whole, String damaged, String why) throws IOException {
        String text = failure(CHECK, "x").toJson();
        int at = whole.equals("7") ? text.indexOf("7\n") : text.indexOf(whole);
        Path file = folder.resolve("f.json");
        Files.writeString(file, text.substring(0, at) + damaged + text.substring(at + whole.length()));

        IllegalArgumentException fault = assertThrows(IllegalArgumentException.class, () -> SavedFailure.read(file));
        assertEquals(file + " holds no failure: " + why, fault.getMessage());
    }

    @Test
    void saysInOneLineWhatIsNoFailureAtAll() throws IOException {
        Path file = folder.resolve("f.json");
        for (byte[] bytes : List.of(
                new byte[0],
                "[]".getBytes(StandardCharsets.UTF_8),
                "{".getBytes(StandardCharsets.UTF_8),
                "{}".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xff, 0},
                "[".repeat(1 << 20).getBytes(StandardCharsets.UTF_8),
                new byte[(16 << 20) + 1])) {
            Files.write(file, bytes);
            IllegalArgumentException fault =
                    assertThrows(IllegalArgumentException.class, () -> SavedFailure.read(file));
            assertTrue(fault.getMessage().startsWith(file + " holds no failure: it "), fault.getMessage());
            assertFalse(fault.getMessage().contains("\n"), fault.getMessage());
        }
        assertEquals(
                folder.resolve("none") + " cannot be read: no such file or folder",
                assertThrows(IllegalArgumentException.class, () -> SavedFailure.read(folder.resolve("none")))
                        .getMessage());
    }

    @Test
    void captureIsPcapngWithADirectionBeforeEachPacket() {
        Trace trace = new Trace(
                List.of(
                        new Trace.Bytes(Sender.D, "", "0102", Transfer.READ, List.of()),
                        new Trace.Note("not on the wire"),
                        new Trace.Ended(Sender.K, "K ended its stream")),
                0);

        assertArrayEquals(
                HexFormat.of()
                        .parseHex("0a0d0d0a28000000" + "4d3c2b1a01000000ffffffffffffffff" + "0100010078000000"
                                + "0000000028000000"
                                + "0100000014000000" + "9300000000000000" + "14000000"
                                + "0600000024000000" + "000000000000000000000000" + "0300000003000000" + "01010200"
                                + "24000000"
                                + "0600000024000000" + "0000000000000000e8030000" + "0100000001000000" + "00000000"
                                + "24000000"),
                Pcapng.of(trace, "x"));
    }

    @Test
    void captureIsReadByTheDissector() throws IOException, InterruptedException {
        failure(CHECK, "x").write(folder, "");
        Programs.Ended tshark;
        try {
            tshark = Programs.run(List.of(
                    "tshark",
                    "-2",
                    "-n",
                    "-r",
                    folder.resolve("SEL-014_refuses-a-window@version-1.pcapng").toString(),
                    "-X",
                    "lua_script:" + Programs.ROOT.resolve("spec/wireshark/ioregionfd.lua"),
                    "-Y",
                    "ioregionfd.frame",
                    "-T",
                    "fields",
                    "-e",
                    "ioregionfd.direction",
                    "-e",
                    "ioregionfd.frame"));
        } catch (IOException e) {
            Assumptions.abort("no tshark on this machine");
            return;
        }
        assertAll(
                () -> assertEquals(0, tshark.exitCode(), tshark::toString),
                () -> assertEquals(
                        List.of("0\tHELLO", "1\tREJECT"), tshark.out().lines().toList()));
    }

    private static SavedFailure failure(String check, String seen) {
        Trace trace = new Trace(
                List.of(
                        bytes(Sender.K, Forge.blank("HELLO").bytes(), "HELLO", Transfer.WRITTEN, 7),
                        bytes(Sender.D, Forge.reject("POLICY", 0).bytes(), "REJECT", Transfer.READ),
                        new Trace.Note("D sent nothing more"),
                        new Trace.Ended(Sender.D, "D closed the channel")),
                0);
        return new SavedFailure(
                "0.1.0",
                Sender.D,
                check,
                new SavedFailure.Conditions(42, 2000, 100),
                new Result.Finding("a frame", seen, "", trace, new Sample("n = 1", Optional.of("[1]"))));
    }

    private static Trace.Bytes bytes(Sender from, byte[] bytes, String frame, Transfer transfer, Integer... cuts) {
        return new Trace.Bytes(from, frame, HexFormat.of().formatHex(bytes), transfer, List.of(cuts));
    }
}
