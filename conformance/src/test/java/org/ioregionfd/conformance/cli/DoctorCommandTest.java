// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.conformance.peer.SocketServer;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor's words about attachments that are really broken. */
class DoctorCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void nothingAtThePath() {
        finds(3, "wrong  something is at the path: nothing is there", "--unix", at("nothing"));
    }

    @Test
    void aPathThatNoSocketCanHave() {
        finds(
                3,
                "at most 107 bytes, and this has " + (directory.toString().length() + 202),
                "--unix",
                at("x".repeat(201)));
    }

    @Test
    void aFileAndADirectory() throws IOException {
        Files.createFile(directory.resolve("file"));

        finds(3, "wrong  it is a socket: it is a file", "--unix", at("file"));
        finds(3, "wrong  it is a socket: it is a directory", "--unix", directory.toString());
    }

    @Test
    void aSocketThatWasLeftBehind() throws IOException {
        ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        left.bind(UnixDomainSocketAddress.of(directory.resolve("left")));
        left.close();

        finds(3, "wrong  it accepts a connection: refused: nobody listens", "--unix", at("left"));
    }

    @Test
    void aDeviceThatClosesAtOnce() throws IOException {
        try (SocketServer server = new SocketServer(directory.resolve("d"), SocketChannel::close)) {
            finds(1, "wrong  it answers a HELLO: ", "--unix", server.path().toString());
        }
    }

    @Test
    void aDeviceThatAnswersAsALegacyDeviceDoes() throws IOException {
        try (SocketServer server = new SocketServer(directory.resolve("d"), channel -> {
            SocketServer.readFrame(channel);
            SocketServer.write(channel, Forge.blank("RESPONSE").bytes());
        })) {
            finds(
                    1,
                    "expected a frame OFFER, seen a frame RESPONSE",
                    "--unix",
                    server.path().toString());
        }
    }

    @Test
    void aDeviceWhoseOfferGrantsNoWindow() throws IOException {
        try (SocketServer server = new SocketServer(directory.resolve("d"), channel -> {
            Frame hello = new Frame(Registry.standard().shape("HELLO"), SocketServer.readFrame(channel));
            SocketServer.write(
                    channel, Forge.offer(hello, new Forge.Terms(7, 7, 0)).bytes());
        })) {
            finds(
                    1,
                    "right layout: expected max_inflight of 1 or more, seen max_inflight 0 (OFR-006)",
                    "--unix",
                    server.path().toString());
        }
    }

    @Test
    void aDeviceWhoseOfferIsFaulty() throws IOException {
        try (SocketServer server = new SocketServer(directory.resolve("d"), channel -> {
            Frame hello = new Frame(Registry.standard().shape("HELLO"), SocketServer.readFrame(channel));
            Frame offer = Forge.offer(hello, new Forge.Terms(7, 7, 64));
            SocketServer.write(
                    channel, offer.with("nonce", ~hello.get("nonce") & 0xff).bytes());
        })) {
            finds(
                    1,
                    "wrong  the OFFER has the right layout: expected nonce (that of the HELLO)",
                    "--unix",
                    server.path().toString());
        }
    }

    @Test
    void programsThatDoNotStartOrDoNotStay() {
        finds(3, "wrong  the command starts a program: ", "--exec", "/no/such/program {socket}");
        finds(3, "stands: it ended with exit code 1", "--exec", "false {socket}");
        finds(
                3,
                "stands: nothing is there after 1 s; it still runs",
                "--start-s",
                "1",
                "--exec",
                "sh -c 'exec sleep 30' {socket}");
    }

    @Test
    void driversThatPrintJunkOrEnd() {
        finds(3, "the driver does not answer: hello", "kvm", "--exec", "sh -c 'echo hello; cat' {socket}");
        finds(3, "it ended with exit code 3", "kvm", "--exec", "sh -c 'exit 3' {socket}");
    }

    /** What a driver may answer once it has shown that it answers lines. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    5 | lacks  it connects on request: the driver does not support this connect | {"id":\\1,"status":"unsupported"}
                    1 | wrong  it connects on request: expected the driver to connect, seen the answer | {"id":\\1,"status":"error","error":"no-peer"}
                    1 | wrong  it connects on request: expected the driver to connect, seen the answer | {"id":\\1,"status":"unsupported?"}
                    1 | wrong  it connects on request: expected a JSON object on each line, seen junk | junk
                    1 | expected a JSON object on each line, seen [[[[ | [[[[
                    1 | expected exactly one line for each request, seen {"id":1e999999999 | {"id":1e999999999,"status":"done"}
                    1 | expected exactly one line for each request, seen {"id":NaN | {"id":NaN,"status":"done"}
                    1 | expected exactly one line for each request, seen {} | {}
                    1 | expected a JSON object on each line, seen \\u0007 | \\x07
                    """)
    void driversThatConnectToNothing(int exitCode, String verdict, String answer) throws IOException {
        finds(
                exitCode,
                verdict,
                "kvm",
                "--exec",
                driver(
                        "s/.*\"id\":\\([0-9]*\\).*no-such-op.*/{\"id\":\\1,\"status\":\"unsupported\"}/; t; s/.*\"id\":\\([0-9]*\\).*/"
                                + answer + "/"));
    }

    @Test
    void aDriverThatIsSilentAndOneThatEnds() throws IOException {
        String first = "s/.*\"id\":\\([0-9]*\\).*no-such-op.*/{\"id\":\\1,\"status\":\"unsupported\"}/; t; ";

        finds(
                1,
                "wrong  it connects on request: expected the driver to connect, seen no connection",
                "kvm",
                "--exec",
                driver(first + "d"));
        finds(1, "it ended with exit code 3", "kvm", "--exec", driver(first + "Q3"));
    }

    /** A driver that answers each line by a script of sed. */
    private String driver(String script) throws IOException {
        Path answers = Files.writeString(directory.resolve("answers.sed"), script + "\n");
        return "sh -c 'exec sed -u -f \"" + answers + "\"' {socket}";
    }

    @Test
    void aWrongCommandLine() {
        assertAll(
                () -> assertEquals(2, run()),
                () -> assertEquals(2, run("--unix", "a", "--exec", "b {socket}")),
                () -> assertEquals(2, run("kvm", "--unix", "a")),
                () -> assertEquals(2, run("neither", "--unix", "a")),
                () -> assertEquals(2, run("--exec", "no-place-for-it")),
                () -> assertEquals(2, run("--start-s", "0", "--unix", "a")));
    }

    private void finds(int exitCode, String wrong, String... options) {
        out.getBuffer().setLength(0);
        int ended = run(options);
        String said = out.toString();
        assertEquals(exitCode, ended, said + err);
        assertTrue(said.contains(wrong), said);
        assertTrue(said.matches("(?s).*\n {7}mend: [^\n]+\n"), said);
    }

    private String at(String name) {
        return directory.resolve(name).toString();
    }

    private int run(String... options) {
        String[] args = new String[options.length + 1];
        args[0] = "doctor";
        System.arraycopy(options, 0, args, 1, options.length);
        return ConformanceMain.run(new PrintWriter(out), new PrintWriter(err), args);
    }
}
