// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.SocketServer;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures saved by a run and seen again, on devices that know nothing but HELLO. */
class ReplayTest {
    private static final String WINDOW_CHECK = "OFR-006/grants-a-window-of-at-least-one";
    private static final String PROPERTY = "OFR-008/offers-the-same-whatever-stands-in-the-hello";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private int sockets;

    @BeforeEach
    void forget() {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
    }

    @Test
    void aFailureIsSavedNamedAndFailsAsBefore() throws IOException {
        Path file = save(ReplayTest::wrong, WINDOW_CHECK);
        assertTrue(
                out.toString().contains("  saved; again: conformance/run replay " + file + " --unix "), out.toString());
        forget();

        assertEquals(1, replay(ReplayTest::wrong, file));
        assertTrue(out.toString().startsWith(WINDOW_CHECK + "\n  OFR-006: "), out.toString());
        assertTrue(out.toString().endsWith("\nit fails as before\n"), out.toString());
    }

    @Test
    void aMendedDeviceDoesNotFail() throws IOException {
        Path file = save(ReplayTest::wrong, WINDOW_CHECK);

        assertEquals(0, replay(ReplayTest::right, file));
        assertTrue(out.toString().endsWith("\nit does not fail any more\n"), out.toString());
    }

    @Test
    void aPropertyIsGivenTheValuesThatHaveShownTheFault() throws IOException {
        Path file = save(ReplayTest::moody, PROPERTY);
        long saved = JsonParser.parseString(Files.readString(file))
                .getAsJsonObject()
                .getAsJsonArray("values")
                .get(0)
                .getAsLong();
        List<Long> data = new ArrayList<>();
        forget();

        assertEquals(
                1,
                replay(
                        hello -> {
                            data.add(hello.get("data"));
                            return moody(hello);
                        },
                        file));
        assertTrue(out.toString().endsWith("\nit fails as before\n"), out.toString());
        assertEquals(saved, data.get(data.size() - 1));
        assertTrue(data.size() < 6, data.toString());
        forget();

        assertEquals(0, replay(ReplayTest::right, file));
        assertTrue(
                out.toString().contains("\nnow       passed with these values; the whole check, by its seed:\n"),
                out.toString());
        assertTrue(out.toString().endsWith("\nit does not fail any more\n"), out.toString());
    }

    @Test
    void aPropertyThatFailsWithOtherValuesFails() throws IOException {
        Path file = save(ReplayTest::moody, PROPERTY);

        // The first case has all bits: this device fails only in later cases.
        assertEquals(1, replay(hello -> hello.get("data") == -1 ? 64 : moody(hello), file));
        assertTrue(out.toString().contains("passed with these values"), out.toString());
        assertTrue(out.toString().endsWith("\nit fails as before\n"), out.toString());
    }

    @Test
    void theBytesOfKAreSentAsTheyWere() throws IOException {
        Path file = save(ReplayTest::wrong, WINDOW_CHECK);
        forget();
        assertEquals(1, replay(ReplayTest::wrong, file, "--bytes"));
        assertTrue(
                out.toString().endsWith("\nsame      OFFER\nthe device does the same as in the recording\n"),
                out.toString());
        forget();

        assertEquals(0, replay(ReplayTest::right, file, "--bytes"));
        assertTrue(out.toString().contains("\nthen      OFFER\n"), out.toString());
        assertTrue(out.toString().contains("max_inflight   64"), out.toString());
        assertTrue(out.toString().endsWith("\nthe device does something else than in the recording\n"), out.toString());
    }

    @Test
    void aDeviceThatSaysNothingDoesOtherwise() throws IOException {
        Path file = save(ReplayTest::wrong, WINDOW_CHECK);
        Files.writeString(file, Files.readString(file).replace("\"timeout_ms\": 2000", "\"timeout_ms\": 20"));
        try (SocketServer server = new SocketServer(directory.resolve("silent"), channel -> {
            while (true) {
                SocketServer.readFrame(channel);
            }
        })) {
            assertEquals(
                    0, run("replay", file.toString(), "--unix", server.path().toString(), "--bytes"));
        }
        assertTrue(out.toString().contains("\nnow       nothing\n"), out.toString());
    }

    @Test
    void everythingElseIsOneLineAndAnExitCode() throws IOException {
        Path file = save(ReplayTest::moody, PROPERTY);
        String text = Files.readString(file);
        Path kvm = directory.resolve("kvm.json");
        Files.writeString(kvm, text.replace("\"side\": \"D\"", "\"side\": \"K\""));
        Path stranger = directory.resolve("stranger.json");
        Files.writeString(stranger, text.replace(PROPERTY, "OFR-008/no-such-\\u001bcheck"));
        Path misfit = directory.resolve("misfit.json");
        Files.writeString(misfit, text.replace("\"values\": [", "\"values\": [{},"));
        Path partial = directory.resolve("partial.json");
        Files.writeString(partial, text.replace("\"omitted\": 0", "\"omitted\": 1"));
        String nobody = directory.resolve("nobody").toString();

        assertAll(
                () -> assertLine(2, "replay", directory.resolve("none").toString(), "--unix", nobody),
                () -> assertLine(2, "replay"),
                () -> assertLine(2, "replay", file.toString()),
                () -> assertLine(2, "replay", file.toString(), "--unix", nobody, "--exec", "x {socket}"),
                () -> assertLine(2, "replay", kvm.toString(), "--unix", nobody),
                () -> assertLine(2, "replay", kvm.toString(), "--exec", "x {socket}", "--bytes"),
                () -> assertLine(2, "replay", stranger.toString(), "--unix", nobody),
                () -> assertLine(2, "replay", partial.toString(), "--unix", nobody, "--bytes"),
                () -> assertLine(3, "replay", file.toString(), "--unix", nobody),
                () -> assertLine(3, "replay", file.toString(), "--unix", nobody, "--bytes"));
        forget();
        assertEquals(2, replay(ReplayTest::right, misfit));
        assertEquals("conformance: the file's values do not fit the check (see --help)\n", err.toString());
    }

    @Test
    void aSavedFailureThatFailsNoMoreIsRemovedAndWhatWasNotRunIsNamed() throws IOException {
        Path saved = save(ReplayTest::wrong, WINDOW_CHECK);
        Path folder = saved.toAbsolutePath().getParent();
        Path notes = Files.writeString(folder.resolve("notes.json"), "{}");
        forget();
        String again = "failures of earlier runs in " + folder + ": ";

        assertEquals(5, judge(ReplayTest::right, "--only", "OFR-002/e*", "--save-failures", folder.toString()));
        assertTrue(out.toString().contains(again + "1 kept, whose checks were not run"), out.toString());
        assertTrue(Files.exists(saved));
        assertEquals(5, judge(ReplayTest::right, "--only", WINDOW_CHECK, "--save-failures", folder.toString()));
        assertTrue(out.toString().contains(again + "1 removed, whose checks pass now\n"), out.toString());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(notes), left.toList());
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsToldBeforeTheRun() throws IOException {
        Path taken = Files.createFile(directory.resolve("taken"));

        assertEquals(2, judge(ReplayTest::wrong, "--only", WINDOW_CHECK, "--save-failures", taken.toString()));
        assertEquals(
                "conformance: --save-failures: no file can be written in " + taken
                        + ": something else has this name (see --help)\n",
                err.toString());
    }

    /** The window in the OFFER. A HELLO with a certain bit in its data gets another one. */
    private static int moody(Frame hello) {
        return (hello.get("data") >>> 20 & 1) == 0 ? 64 : 3;
    }

    private static int right(Frame hello) {
        return 64;
    }

    private static int wrong(Frame hello) {
        return 0;
    }

    private void assertLine(int code, String... args) {
        forget();
        assertEquals(code, run(args), String.join(" ", args));
        assertTrue(err.toString().matches("conformance: \\p{Print}+\n"), err.toString());
    }

    private Path save(ToIntFunction<Frame> device, String check) throws IOException {
        Path folder = directory.resolve("saved");
        String[] options = {"--only", check, "--seed", "42", "--repeats", "0", "--save-failures", folder.toString()};
        assertEquals(1, judge(device, options), () -> out + "" + err);
        return folder.resolve(check.replace('/', '_') + ".json");
    }

    private int judge(ToIntFunction<Frame> device, String... options) throws IOException {
        return with(device, List.of("device"), options);
    }

    private int replay(ToIntFunction<Frame> device, Path file, String... options) throws IOException {
        return with(device, List.of("replay", file.toString()), options);
    }

    private int with(ToIntFunction<Frame> device, List<String> command, String... options) throws IOException {
        try (SocketServer server =
                new SocketServer(directory.resolve("device" + ++sockets), channel -> offer(channel, device))) {
            List<String> args = new ArrayList<>(command);
            args.addAll(List.of("--unix", server.path().toString()));
            args.addAll(List.of(options));
            return run(args.toArray(String[]::new));
        }
    }

    /** A HELLO gets an OFFER with the window that {@code window} has for it, everything else a response. */
    private static void offer(SocketChannel channel, ToIntFunction<Frame> window) throws IOException {
        while (true) {
            Frame hello = new Frame(Registry.standard().shape("HELLO"), SocketServer.readFrame(channel));
            boolean isMarked =
                    Registry.standard().kindOf(hello.bytes(), Sender.K).isPresent();
            Frame answer = isMarked
                    ? Forge.offer(hello, new Forge.Terms(7, 7, window.applyAsInt(hello)))
                    : Forge.blank("RESPONSE");
            SocketServer.write(channel, answer.bytes());
        }
    }

    private int run(String... args) {
        return ConformanceMain.run(new PrintWriter(out), new PrintWriter(err), args);
    }
}
