// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process of its own, against a peer on a Unix socket. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KvmProgramIT {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int NO_PEER = 3;
    private static final String SWITCHED_OFF =
            "ioregionfd-kvm: no epoll: Native transport was explicit disabled with -Dio.netty.transport.noNative=true";

    @TempDir
    private Path directory;

    /** How a run ended and what it printed. */
    private record Run(int exitCode, String out, String err) {
        Run {
            assertFalse(err.contains("\tat "), "a stack trace: " + err);
        }
    }

    private static Run run(String arguments) throws IOException, InterruptedException {
        return run(arguments, "");
    }

    private static Run run(String arguments, String input) throws IOException, InterruptedException {
        return run(command(arguments), input);
    }

    /** The command line of the program, with JVM options first. */
    private static List<String> command(String arguments, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.add("-jar");
        command.add(
                Path.of("..", "target", "ioregionfd-kvm.jar").toAbsolutePath().toString());
        command.addAll(Arrays.asList(arguments.split(" ", -1)));
        return command;
    }

    private static Run run(List<String> command, String input) throws IOException, InterruptedException {
        Path err = Files.createTempFile("kvm-program", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        Run run = new Run(exitCode, out, Files.readString(err));
        Files.delete(err);
        return run;
    }

    private ScriptedPeer aware() throws IOException {
        return ScriptedPeer.start(directory, p -> {
            p.handshake(0x42);
            p.echoOffsets();
        });
    }

    /** A place for a second peer. */
    private Path another() throws IOException {
        return Files.createDirectory(directory.resolve("another"));
    }

    private static String unix(ScriptedPeer peer) {
        return " --unix " + peer.path();
    }

    @Test
    void printsHowItIsUsed() throws Exception {
        Run help = run("--help");
        assertEquals(DONE, help.exitCode());
        assertTrue(help.out().startsWith("Usage: ioregionfd-kvm "), help.out());
        for (String command : List.of("probe", "read", "write", "driver")) {
            Run ofCommand = run(command + " --help");
            assertEquals(DONE, ofCommand.exitCode());
            assertTrue(ofCommand.out().startsWith("Usage: ioregionfd-kvm " + command + " "), ofCommand.out());
            assertTrue(ofCommand.out().endsWith("2 usage, 3 no peer.\n"), ofCommand.out());
        }
        assertTrue(run("--version").out().startsWith("ioregionfd-kvm "));
        assertTrue(run("help probe").out().startsWith("Usage: ioregionfd-kvm probe "));
        assertTrue(run("generate-completion").out().contains("--save-record"));
        assertTrue(run("porbe").err().contains("; did you mean probe"));
        assertTrue(run("probe --unxi /x").err().contains("; did you mean --unix"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --transport netty", " --transport direct", " --busy-poll"})
    void readsARegisterAndTellsWhatWasAgreed(String transport) throws Exception {
        try (ScriptedPeer peer = aware()) {
            Run run = run("read 1 0x128 4" + unix(peer) + transport);
            assertEquals(
                    new Run(DONE, "0x42\n", "version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64\n"), run);
            Run required =
                    run("read 1 0x128 4 --policy require --features FENCE --max-inflight 9" + unix(peer) + transport);
            assertEquals(new Run(DONE, "0x128\n", "version 2, features FENCE, window 9\n"), required);
        }
    }

    @Test
    void goesOnWithoutEpollWhereItIsTold() throws Exception {
        try (ScriptedPeer peer = aware()) {
            String noEpoll = "-Dio.netty.transport.noNative=true";
            Run netty = run(command("read 1 0x128 4 --transport netty" + unix(peer), noEpoll), "");
            assertEquals(new Run(USAGE, "", SWITCHED_OFF + "; use the transport direct\n"), netty);
            Run direct = run(command("read 1 0x128 4" + unix(peer), noEpoll), "");
            assertEquals("0x42\n", direct.out(), direct.err());
            assertEquals(
                    SWITCHED_OFF + "; so the transport is direct",
                    direct.err().lines().findFirst().orElse(""));
        }
    }

    @Test
    void writesToAPeerOnTwoPipes() throws Exception {
        // standard input and output are pipes, of which the other ends are here
        Process process = new ProcessBuilder(command("write 1 0x10 4 7 --policy off --read-fd 0 --write-fd 1"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        byte[] write = process.getInputStream().readNBytes(Frames.LENGTH);
        assertEquals(7, Frames.field(write, 24, 8));
        process.getOutputStream().write(Frames.response(0));
        process.getOutputStream().flush();
        assertEquals(DONE, process.waitFor());
        assertEquals(0, process.getInputStream().readAllBytes().length);
    }

    @Test
    void saysInWordsHowANegotiationWent() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            byte[] hello = p.frame();
            byte[] offer = Frames.with(Frames.offer(hello, 0x42, 16, 0x1_0000_0000_0005L, 3), 31, 0x80);
            p.send(offer);
            p.send(Frames.accept(hello, offer, p.frame()));
            p.drain();
        })) {
            Run run = run("read 1 0 4 --verbose --stats" + unix(peer));
            assertEquals(DONE, run.exitCode());
            assertEquals("""
                    version 1, features POSTED_WRITES, window 1
                    allowed here: versions 1,2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64, policy prefer
                    offered: versions 0,1, features POSTED_WRITES FENCE, window 16
                    offered and unknown here, ignored: features 0x1000000000000, bytes 28..31 0x80000000
                    selected: version 1, features POSTED_WRITES, window 1
                    not version 2: not offered
                    not OUT_OF_ORDER: not offered
                    not FENCE: needs version 2 and has version 1
                    not window 16: version 1 has one of 1
                    channels opened: 1
                    channels closed: 1
                    READs answered: 1
                    negotiated: version 1: 1
                    """, run.err());
        }
        try (ScriptedPeer peer = ScriptedPeer.start(another(), p -> p.legacy(0))) {
            String said = run("read 1 0 4 --verbose" + unix(peer)).err();
            assertTrue(said.contains("not selected: legacy info-word, since the answer"), said);
        }
    }

    @Test
    void savesARecordThatCanBePinned() throws Exception {
        Path file = directory.resolve("record");
        try (ScriptedPeer peer = aware()) {
            assertEquals(
                    DONE,
                    run("probe --features FENCE --save-record " + file + unix(peer))
                            .exitCode());
            String record = Files.readString(file);
            assertTrue(record.matches("[0-9a-f]{64}\\n"), record);
            Run pinned = run("read 1 0x30 4 --pin " + record.strip() + unix(peer));
            assertEquals(new Run(DONE, "0x30\n", "version 2, features FENCE, window 64\n"), pinned);
        }
        try (ScriptedPeer peer = ScriptedPeer.start(another(), p -> p.legacy(0))) {
            Run refused = run("write 1 0 4 7 --posted --policy off --save-record " + file + unix(peer));
            assertEquals(FAILED, refused.exitCode());
            assertTrue(refused.err().contains("[REC-004]"), refused.err());
        }
    }

    /** The place is tried before the peer is, so that no agreement is made for nothing. */
    @Test
    void refusesAPlaceWhereNoRecordCanBe() throws Exception {
        String nowhere = "probe --unix " + directory.resolve("nobody") + " --save-record ";
        assertEquals(
                new Run(USAGE, "", "ioregionfd-kvm: cannot save a record in /nowhere/at/all: no such folder\n"),
                run(nowhere + "/nowhere/at/all"));
        assertEquals(
                new Run(USAGE, "", "ioregionfd-kvm: cannot save a record in " + directory + ": it is a folder\n"),
                run(nowhere + directory));
        assertEquals(NO_PEER, run(nowhere + directory.resolve("record")).exitCode());
        assertFalse(Files.exists(directory.resolve("record")));
    }

    /** A record goes to a file whole; what is no file is written itself. */
    @Test
    void savesARecordWhereItIsTold() throws Exception {
        Path file = Files.writeString(directory.resolve("record"), "the one before");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        try (ScriptedPeer peer = aware()) {
            String probe = "probe" + unix(peer) + " --save-record ";
            assertEquals(DONE, run(probe + link).exitCode());
            assertTrue(Files.readString(file).matches("[0-9a-f]{64}\\n"));
            assertTrue(Files.isSymbolicLink(link));
            assertEquals(
                    new Run(
                            FAILED,
                            run(probe + link).out(),
                            "ioregionfd-kvm: the record is not saved in /dev/full: No space left on device\n"),
                    run(probe + "/dev/full"));
        }
    }

    /** The reader of a FIFO may be missing. */
    @Test
    void tellsThatATraceIsIncomplete() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        try (ScriptedPeer peer = aware()) {
            Run run = run("read 1 0 4 --trace " + fifo + unix(peer));
            assertEquals(FAILED, run.exitCode());
            assertTrue(
                    run.err()
                            .matches(
                                    "(?s).*\nioregionfd-kvm: the trace is incomplete: (\\d) of \\1 packets are missing:"
                                            + " it was not read in time\n"),
                    run.err());
        }
    }

    @Test
    void writesATraceOfAllFrames() throws Exception {
        Path file = directory.resolve("trace.pcapng");
        try (ScriptedPeer peer = aware()) {
            assertEquals(DONE, run("read 1 0 4 --trace " + file + unix(peer)).exitCode());
        }
        String bytes = Frames.digits(Files.readAllBytes(file));
        assertTrue(bytes.startsWith("0a0d0d0a"), bytes);
        // the kinds of the frames that bear the marker
        List<String> kinds = Pattern.compile("494f5248(0[1-6])")
                .matcher(bytes)
                .results()
                .map(result -> result.group(1))
                .toList();
        assertEquals(List.of("01", "02", "03", "04"), kinds);
        assertEquals(USAGE, run("read 1 0 4 --unix /x --trace /nowhere/at/all").exitCode());
    }

    @Test
    void readsFromALegacyDevice() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(0x1234))) {
            assertEquals(new Run(DONE, "0x34\n", "legacy info-word\n"), run("read 1 0 1" + unix(peer)));
            Run required = run("read 1 0 1 --policy require" + unix(peer));
            assertEquals(FAILED, required.exitCode());
            assertEquals("", required.out());
            assertTrue(required.err().contains("[KST-003"), required.err());
        }
    }

    @Test
    void writesARegister() throws Exception {
        try (ScriptedPeer peer = aware()) {
            assertEquals(
                    DONE,
                    run("write 1 0x10 4 0xffffffff --hello detached" + unix(peer))
                            .exitCode());
            byte[] write = peer.received().get(2);
            assertEquals(0xFFFF_FFFFL, Frames.field(write, 24, 8));
            assertEquals(
                    DONE,
                    run("write 1 0x10 4 7 --posted --hello detached" + unix(peer))
                            .exitCode());
        }
    }

    @Test
    void writesWithoutAHandshakeBeforeAnyRead() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(0))) {
            Run run = run("write 1 0x10 4 7" + unix(peer));
            assertEquals(new Run(DONE, "", "not negotiated, version 0 info-word\n"), run);
        }
    }

    @Test
    void probesWhatAPeerOffers() throws Exception {
        try (ScriptedPeer peer = aware()) {
            Run run = run("probe" + unix(peer));
            assertEquals(DONE, run.exitCode());
            assertEquals("""
                                   offered      agreed
                    version        0,1,2        2
                    POSTED_WRITES  yes          yes
                    OUT_OF_ORDER   yes          yes
                    FENCE          yes          yes
                    window         64           64
                    version 2, features POSTED_WRITES OUT_OF_ORDER FENCE, window 64
                    """, run.out());
            JsonObject json = JsonParser.parseString(
                            run("probe --json" + unix(peer)).out())
                    .getAsJsonObject();
            assertEquals("open", json.getAsJsonObject("channel").get("state").getAsString());
            assertEquals(
                    "[0,1,2]",
                    json.getAsJsonObject("offer").get("version_numbers").toString());
        }
    }

    @Test
    void showsAReject() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            p.send(Frames.offer(p.frame(), 0));
            p.frame();
            p.send(Frames.reject(4711, 0x10));
            p.connection().shutdownOutput();
            p.drain();
        })) {
            Run run = run("probe" + unix(peer));
            assertEquals(FAILED, run.exitCode());
            assertTrue(run.err().contains("REJECT reason 4711, detail 0x10"), run.err());
        }
    }

    @Test
    void tellsTheStatusOfAFailedAccess() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            p.handshake(0);
            p.send(Frames.response(p.frame(), 0xFF, 3));
            p.drain();
        })) {
            Run run = run("read 1 0x9999 1 --hello detached" + unix(peer));
            assertEquals(FAILED, run.exitCode());
            assertEquals("", run.out());
            assertTrue(run.err().contains("bad-offset"), run.err());
        }
    }

    @Test
    void neverHangsOnASilentPeer() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, ScriptedPeer::drain)) {
            Run read = run("read 1 0 4 --deadline-ms 50" + unix(peer));
            assertEquals(FAILED, read.exitCode());
            assertTrue(read.err().contains("may have been executed"), read.err());
            Run probe = run("probe --deadline-ms 50" + unix(peer));
            assertEquals(FAILED, probe.exitCode());
            assertTrue(probe.err().contains("[KST-005]"), probe.err());
        }
    }

    @Test
    void tellsThatAValueWasReadAndCouldNotBePrinted() throws Exception {
        try (ScriptedPeer peer = aware()) {
            List<String> full = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >/dev/full", "sh"));
            full.addAll(command("read 1 0x128 4" + unix(peer)));
            Run run = run(full, "");
            assertEquals(FAILED, run.exitCode());
            assertTrue(
                    run.err().endsWith("ioregionfd-kvm: standard output cannot be written: No space left on device\n"),
                    run.err());
        }
    }

    @Test
    void tellsThatThereIsNoPeer() throws Exception {
        Run run = run("read 1 0 4 --unix " + directory.resolve("nobody"));
        assertEquals(NO_PEER, run.exitCode());
        assertEquals(1, run.err().lines().count());
        assertEquals(NO_PEER, run("probe --fd 0").exitCode());
        assertEquals(new Run(NO_PEER, "", "ioregionfd-kvm: descriptor 99 is not open\n"), run("read 1 0 4 --fd 99"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dance",
                "read 1 0 9 --unix /x",
                "read 1 -5 4 --unix /x",
                "read 1 0x 4 --unix /x",
                "read 1 0 4",
                "read 1 0 4 --unix /x --fd 3",
                "read 1 0 4 --unix /x --policy maybe",
                "read 1 0 4 --unix /x --policy require --hello attached",
                "read 1 0 4 --unix /x --versions 3",
                "read 1 0 4 --unix /x --features TELEPATHY",
                "read 1 0 4 --unix /x --features none --require-features FENCE",
                "read 1 0 4 --unix /x --max-inflight 0",
                "read 1 0 4 --unix /x --max-inflight many",
                "read 1 0 4 --unix /x --deadline-ms 0",
                "read 1 0 4 --unix /x --pin 00",
                "read 1 0 4 --unix /x --grease-seed 1",
                "write 1 0 1 0x100 --unix /x",
                "probe --unix /x --hello attached",
                "probe --unix /x --policy off",
                "read 1 0 4 --unix @",
                "read 1 0 4 --unix /a/path/that/is/longer/than/a/socket/can/have/since/the/kernel/holds/no/more/than/a/hundred/and/eight/bytes/of/it",
                "read 1 0 4 --fd -1",
                "read 1 0 4 --fd three",
                "read 1 0 4 --read-fd 3",
                "read 1 0 4 --unix /x --read-fd 3 --write-fd 4",
                "read 1 0 4 --unix /x --transport pigeon",
                "read 1 0 4 --unix /x --transport netty --busy-poll",
                "read 1 0 4 --read-fd 3 --write-fd 4 --transport netty",
                "driver"
            })
    void refusesArgumentsInOnePlainLine(String arguments) throws Exception {
        Run run = run(arguments);
        assertEquals(USAGE, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void refusesToDriveWithoutInput() throws Exception {
        List<String> closed = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <&-", "sh"));
        closed.addAll(command("driver --unix /x"));
        assertEquals(new Run(USAGE, "", "ioregionfd-kvm: standard input is closed\n"), run(closed, ""));
    }

    @Test
    void drivesAChannelByLines() throws Exception {
        try (ScriptedPeer peer = aware()) {
            Run run = run(
                    "driver" + unix(peer),
                    "{\"id\":1,\"op\":\"connect\",\"policy\":\"require\"}\nnonsense\n{\"id\":2,\"op\":\"nothing\"}\n");
            assertEquals(DONE, run.exitCode());
            assertEquals(3, run.out().lines().count());
        }
    }
}
