// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.SocketServer;
import org.ioregionfd.conformance.report.Forms;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as a user calls it, in this JVM, with devices that know nothing but HELLO. */
class ConformanceMainTest {
    private static final String WINDOW_CHECK = "OFR-006/grants-a-window-of-at-least";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void endsWith0WhenEveryCheckThatRanHasPassed() throws IOException {
        assertEquals(0, judge(64, "--only", WINDOW_CHECK));
        assertTrue(
                out.toString()
                        .matches(
                                "(?s).*\nconformant: 1 passed\nioregionfd handshake \\(not from a jar\\) device: conformant,"
                                        + " 1 check of \\d+ clauses?, versions 0 1 2, POSTED_WRITES OUT_OF_ORDER FENCE\n"),
                out.toString());
    }

    @Test
    void endsWith1WhenAMustIsViolated() throws IOException {
        assertEquals(1, judge(0, "--only", WINDOW_CHECK, "--seed", "42"));
        assertTrue(
                out.toString()
                        .matches("(?s).* --only " + WINDOW_CHECK + "-one --seed 42 --tries 100 --timeout-ms \\d+\n.*"),
                out.toString());
    }

    @Test
    void endsWith2OnAWrongCommandLine() {
        assertAll(
                () -> assertUsage("--no-such-option"),
                () -> assertUsage("device"),
                () -> assertUsage("kvm"),
                () -> assertUsage("device", "--unix", "a", "--exec", "b {socket}"),
                () -> assertUsage("device", "--exec", "no-place-for-the-socket"),
                () -> assertUsage("device", "--unix", "a", "--timeout-ms", "0"),
                () -> assertUsage("device", "--unix", "a", "--seed", "x"),
                () -> assertUsage("kvm", "--level", "2", "--exec", "b {socket}"),
                () -> assertUsage("device", "--unix", "a", "--tries", "0"),
                () -> assertUsage("device", "--unix", "a", "--quick", "--thorough"),
                () -> assertUsage("device", "--unix", "a", "--jobs", "65"),
                () -> assertUsage("device", "--unix", "a", "--repeats", "-1"),
                () -> assertUsage("device", "--unix", "a", "--known-failures", "/no/such/file"),
                () -> assertUsage("device", "--unix", "a", "--only", ""));
    }

    @Test
    void aKnownFailureDoesNotFailTheRunAndOneThatPassesEndsWith6() throws IOException {
        Path known = Files.writeString(directory.resolve("known.txt"), WINDOW_CHECK + "-one # of our old model\n");
        String[] options = {"--only", WINDOW_CHECK, "--known-failures", known.toString()};

        assertEquals(0, judge(0, options));
        assertTrue(out.toString().contains("\nconformant but for known failures: 1 known failure\n"), out.toString());
        assertEquals(6, judge(64, options));
        assertTrue(
                out.toString().contains("\na known failure passes: 1 listed as a known failure and passed\n"),
                out.toString());
    }

    @Test
    void aListOfKnownFailuresThatNamesNoCheckIsAWrongCommandLine() throws IOException {
        Path known = Files.writeString(directory.resolve("known.txt"), "OFR-006\nOFR-0066\n");

        assertUsage("device", "--unix", "a", "--known-failures", known.toString());
        assertTrue(err.toString().contains("OFR-0066"), err.toString());
        err.getBuffer().setLength(0);
        Files.write(known, new byte[] {(byte) 0xff});
        assertUsage("device", "--unix", "a", "--known-failures", known.toString());
        assertTrue(err.toString().contains("known.txt: it is no text in UTF-8"), err.toString());
    }

    @Test
    void endsWith3WhenThePeerCannotBeReached() {
        assertAll(
                () -> assertEquals(
                        3, run("device", "--unix", directory.resolve("nothing").toString())),
                () -> assertEquals(3, run("device", "--exec", "/no/such/program {socket}")),
                () -> assertEquals(3, run("device", "--exec", "/bin/true {socket}")),
                () -> assertEquals(3, run("kvm", "--exec", "/bin/true {socket}")),
                () -> assertEquals(3, run("kvm", "--level", "0", "--exec", "/bin/true {socket}")));
        assertEquals(5, err.toString().lines().count(), err.toString());
        err.getBuffer().setLength(0);
        assertEquals(2, run("device", "--unix", "x".repeat(108)));
        assertEquals(
                "conformance: --unix: a socket's path has at most 107 bytes, and this has 108 (see --help)\n",
                err.toString());
    }

    @Test
    void endsWith5WhereNothingOpensWhateverPasses() throws IOException {
        try (SocketServer server = new SocketServer(directory.resolve("s"), channel -> {
            byte[] first = SocketServer.readFrame(channel);
            if (Registry.standard().kindOf(first, Sender.K).isEmpty()) {
                SocketServer.write(channel, Forge.blank("RESPONSE").bytes());
                return;
            }
            Frame hello = new Frame(Registry.standard().shape("HELLO"), first);
            SocketServer.write(channel, offer(hello, 64).bytes());
            SocketServer.readFrame(channel);
            SocketServer.write(channel, Forge.reject("POLICY", 0).bytes());
        })) {
            assertEquals(5, run("device", "--unix", server.path().toString(), "--only", WINDOW_CHECK));
        }
        assertTrue(
                out.toString().contains("no Open of version 1 was seen: the device refuses with POLICY"),
                out.toString());
        assertTrue(out.toString().contains("\nno verdict, the survey failed: 1 passed\n"), out.toString());
    }

    @Test
    void endsWith5WhenNothingIsSelected() throws IOException {
        assertEquals(5, judge(64, "--only", "OFR-006,DRV,CHN-012"));
        assertEquals("conformance: no check matches DRV, CHN-012 (see --list)\n", err.toString());
        err.getBuffer().setLength(0);
        assertEquals(5, judge(64, "--only", "OFR-006,NOSUCH"));
        assertEquals("conformance: no check matches NOSUCH (see --list)\n", err.toString());
    }

    @Test
    void suggestsWhatAWrongNameMayMean() throws IOException {
        assertEquals(5, judge(64, "--only", "OFR-006,sle-013"));
        assertEquals("conformance: no check matches sle-013 (did you mean SEL-013?) (see --list)\n", err.toString());
        err.getBuffer().setLength(0);
        assertEquals(1, judge(64, "--only", WINDOW_CHECK + ", OFR-006"), "5 where a name has no check");
        err.getBuffer().setLength(0);
        assertEquals(5, judge(64, "--only", "OFR-006", "--skip", "OFR-0066"));
        assertTrue(
                err.toString().startsWith("conformance: no check matches OFR-0066 (did you mean OFR-006"),
                err.toString());
        err.getBuffer().setLength(0);
        assertEquals(5, judge(64, "--only", "OFR-006", "--skip", "*"));
        assertEquals(
                "conformance: no check is left: --skip takes all that --only selects (see --list)\n", err.toString());
    }

    @Test
    void suggestsWhatAWrongCommandOrOptionMayMean() {
        assertUsage("devise", "--unix", "a");
        assertTrue(err.toString().contains("; did you mean device"), err.toString());
        assertUsage("device", "--unix", "a", "--onlly", "HEL");
        assertTrue(err.toString().contains("; did you mean --only?"), err.toString());
        err.getBuffer().setLength(0);
        assertUsage("device", "--unix", "a", "--report-jsn=r");
        assertTrue(err.toString().contains("; did you mean --report-json? (see"), err.toString());
        err.getBuffer().setLength(0);
        assertUsage("device", "--unix", "a", "quick");
        assertFalse(err.toString().contains("did you mean"), err.toString());
    }

    @Test
    void helpsAndCompletes() {
        assertEquals(0, run("help"));
        assertTrue(out.toString().startsWith("Usage: ioregionfd-conformance "), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("help", "device"));
        assertTrue(out.toString().startsWith("Usage: ioregionfd-conformance device "), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("generate-completion"));
        assertTrue(out.toString().contains("--write-known-failures"), out.toString());
        assertUsage("help", "devise");
    }

    @Test
    void saysWhatItIsGoingToDoBeforeItDoesIt() throws IOException {
        assertEquals(0, judge(64, "--only", "ofr-006/*", "--seed", "7"));
        assertTrue(
                out.toString()
                        .matches(
                                "(?s)judging device at a Unix socket: 2 of \\d+ checks, seed 7\nadded: before them a handshake"
                                        + " and an Open of version 1, [^\n]+\n\ndevice side: .*"),
                out.toString());
        out.getBuffer().setLength(0);
        judge(64, "--only", "OFR-001", "--seed", "7", "--quick", "--repeats", "0", "--max-failures", "1");
        assertTrue(
                out.toString().matches("(?s).*\nadded: \\d+ that decide other clauses and cite these as well: .*"),
                out.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "device --unix x --seed abc | Invalid value for option '--seed': 'abc' is no number, or too large (see --help)",
                "device --unix a --exec {socket} | --unix=PATH, --exec=CMD are mutually exclusive (specify only one) (see --help)",
                "replay / | / cannot be read: it is a folder (see --help)"
            },
            quoteCharacter = '"')
    void saysInItsOwnWordsWhatIsWrong(String line, String words) {
        assertEquals(2, run(line.split(" ")));
        assertEquals("conformance: " + words + "\n", err.toString());
    }

    /** Which no check may divide by. */
    @Test
    void aWindowOfZeroIsNoFaultOfTheSuite() throws IOException {
        assertEquals(1, judge(0, "--only", WINDOW_CHECK + ",ACC-001/accepts-every-*", "--repeats", "0"));
        assertFalse(out.toString().contains("the suite is at fault"), out.toString());
    }

    @Test
    void refusesTwoReportsInOneFile() throws IOException {
        String file = directory.resolve("r").toString();

        assertEquals(2, judge(64, "--only", WINDOW_CHECK, "--report-json", file, "--report-junit", file));
        assertFalse(Files.exists(Path.of(file)), "nothing was run");
    }

    @Test
    void writesTheFailuresThatTheNextRunKnows() throws IOException {
        Path known = directory.resolve("known.txt");

        assertEquals(1, judge(0, "--only", WINDOW_CHECK, "--write-known-failures", known.toString()));
        assertTrue(Files.readString(known).endsWith("\n" + WINDOW_CHECK + "-one\n"), Files.readString(known));
        assertEquals(0, judge(0, "--only", WINDOW_CHECK, "--known-failures", known.toString()));
        assertEquals(6, judge(64, "--only", WINDOW_CHECK, "--known-failures", known.toString()));
    }

    @Test
    void theReportLinksToTheDocument() throws IOException {
        Path html = directory.resolve("r.html");
        Path page = directory.resolve("ioregionfd-handshake.html");
        String[] options = {"--only", WINDOW_CHECK, "--report-html", html.toString()};

        assertEquals(1, judge(0, options));
        assertTrue(Files.readString(html).contains("href=\"ioregionfd-handshake.html#OFR-006\""), "a link");
        assertTrue(Files.readString(page).contains("id=\"OFR-006\""), "its target");
        Files.delete(page);
        assertEquals(
                1,
                judge(
                        0,
                        Stream.concat(Stream.of(options), Stream.of("--document-url", "https://a.example/d"))
                                .toArray(String[]::new)));
        assertTrue(Files.readString(html).contains("href=\"https://a.example/d#OFR-006\""), "the user's link");
        assertFalse(Files.exists(page), "no page where the user has one");
        for (String wrong : List.of("javascript:alert(1)", "foo", "https://", "file:d", "")) {
            assertEquals(2, judge(64, "--only", WINDOW_CHECK, "--document-url", wrong), wrong);
        }
    }

    @Test
    void writesReports() throws Exception {
        Path json = directory.resolve("r.json");
        Path junit = directory.resolve("r.xml");
        Path html = directory.resolve("r.html");

        assertEquals(
                0,
                judge(
                        64,
                        "--only",
                        WINDOW_CHECK,
                        "--report-json",
                        json.toString(),
                        "--report-junit",
                        junit.toString(),
                        "--report-html",
                        html.toString()));
        assertTrue(Files.readString(json).contains("\"outcome\": \"conformant\""));
        assertTrue(Files.readString(junit).contains("<testcase classname=\"device-at-a-Unix-socket.OFR\""));
        assertEquals(List.of(), Forms.faultsOfJson(Files.readString(json), "/report.schema.json"));
        assertEquals(List.of(), Forms.faultsOfJUnit(Files.readString(junit)));
        assertEquals(List.of(), Forms.faultsOfHtml(Files.readString(html)));
    }

    @Test
    void endsWith4WhenAReportCannotBeWritten() throws IOException {
        assertEquals(4, judge(64, "--only", WINDOW_CHECK, "--report-json", "/dev/full"));
        assertEquals(
                "conformance: a report could not be written: /dev/full: No space left on device\n", err.toString());
    }

    /** Before a run that would be for nothing. */
    @Test
    void endsWith2WhereNoReportCanBe() throws IOException {
        assertEquals(2, judge(64, "--only", WINDOW_CHECK, "--report-json", directory.toString()));
        assertEquals(
                "conformance: --report-json: " + directory + " cannot be written: it is a folder (see --help)\n",
                err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void listsChecksOfTheChosenSide() {
        assertEquals(0, run("device", "--list", "--only", "OFR-006"));
        assertTrue(
                out.toString().lines().allMatch(line -> line.matches("[A-Z0-9]+-\\d{3}/[a-z0-9@-]+")), out.toString());
    }

    @Test
    void aDeviceThatHangsFailsTheCheckAndTheRunEnds() throws IOException {
        try (SocketServer server = new SocketServer(directory.resolve("s"), channel -> {
            while (true) {
                SocketServer.readFrame(channel);
            }
        })) {
            assertEquals(1, run("device", "--unix", server.path().toString(), "--only", "OFR", "--timeout-ms", "20"));
        }
        assertTrue(out.toString().matches("(?s).*\\nnot run, \\d+: the device answers no more\\n.*"), out.toString());
    }

    private int judge(int window, String... options) throws IOException {
        Files.deleteIfExists(directory.resolve("device.sock"));
        try (SocketServer server =
                new SocketServer(directory.resolve("device.sock"), channel -> offer(channel, window))) {
            String[] args = new String[options.length + 3];
            args[0] = "device";
            args[1] = "--unix";
            args[2] = server.path().toString();
            System.arraycopy(options, 0, args, 3, options.length);
            return run(args);
        }
    }

    /** A HELLO gets an OFFER, what follows it an ACCEPT, and everything else a response. */
    private static void offer(SocketChannel channel, int window) throws IOException {
        Optional<Frame> hello = Optional.empty();
        while (true) {
            byte[] frame = SocketServer.readFrame(channel);
            boolean isMarked = Registry.standard().kindOf(frame, Sender.K).isPresent();
            if (!isMarked) {
                SocketServer.write(channel, Forge.blank("RESPONSE").bytes());
            } else if (hello.isEmpty()) {
                hello = Optional.of(new Frame(Registry.standard().shape("HELLO"), frame));
                SocketServer.write(channel, offer(hello.get(), window).bytes());
            } else {
                Frame select = new Frame(Registry.standard().shape("SELECT"), frame);
                SocketServer.write(
                        channel,
                        Forge.accept(hello.get(), offer(hello.get(), window), select)
                                .bytes());
            }
        }
    }

    private static Frame offer(Frame hello, int window) {
        return Forge.offer(hello, new Forge.Terms(7, 7, window));
    }

    private void assertUsage(String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args), String.join(" ", args));
        assertTrue(err.toString().matches("conformance: .* \\(see --help\\)\n"), err.toString());
    }

    private int run(String... args) {
        return ConformanceMain.run(new PrintWriter(out), new PrintWriter(err), args);
    }
}
