// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.conformance.peer.SocketServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard output, standard error and traces that nobody reads: whatever blocks, channels are served, and SIGTERM ends it. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class FullStreamsIT {
    /** More than it takes on a busy machine; the programs promise 2 s. */
    private static final int END_SECONDS = 30;

    private static final int TERMINATED = 143;

    /** What Linux's pipes take. */
    private static final int PIPE = 65536;

    /** For what the suite says before the first check. */
    private static final int HEADER = 4096;

    /** A WRITE of version 0 that sends an A, and a READ of the line status; region 1, one byte, with a response. */
    private static final byte[] SEND = frame("41", 1, 0, 65);

    private static final byte[] LINE_STATUS = frame("40", 1, 5, 0);

    private static final int TRANSMITTER_EMPTY = 0x60;

    @TempDir
    private Path folder;

    private static byte[] frame(String first, int region, int offset, int data) {
        String zeros = "00".repeat(7);
        return HexFormat.of()
                .parseHex("%s%s%02x%s%02x%s%02x%s".formatted(first, zeros, region, zeros, offset, zeros, data, zeros));
    }

    private Path fifo(String name) throws IOException, InterruptedException {
        Path fifo = folder.resolve(name);
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }

    /** Both streams are a pipe that takes no byte more than {@code room}. */
    private Process full(int room, List<String> command) throws IOException, InterruptedException {
        List<String> inShell = new ArrayList<>(List.of(
                "bash",
                "-c",
                "exec 3<>\"$0\"; head -c " + (PIPE - room) + " /dev/zero >&3; exec \"$@\" >&3 2>&3",
                fifo("streams").toString()));
        inShell.addAll(command);
        return new ProcessBuilder(inShell).start();
    }

    private static void assertEndsBySignal(Process process) throws InterruptedException {
        process.destroy();
        assertTrue(process.waitFor(END_SECONDS, TimeUnit.SECONDS), "it goes on");
        assertEquals(TERMINATED, process.exitValue());
    }

    private static byte[] ask(SocketChannel channel, byte[] command) throws IOException {
        SocketServer.write(channel, command);
        return SocketServer.readFrame(channel);
    }

    private static SocketChannel connectedOnceItListens(Path socket, Process device) throws IOException {
        while (true) {
            try {
                return connected(socket);
            } catch (SocketException e) {
                assertTrue(device.isAlive());
                Thread.onSpinWait();
            }
        }
    }

    private static SocketChannel connected(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void aDeviceIsServedAndEnds(String transport) throws Exception {
        Path socket = folder.resolve("s");
        Process device = full(
                0,
                Programs.device(
                        "serve --verbose --stats --device uart --transport",
                        transport,
                        "--trace",
                        fifo("trace").toString(),
                        "--unix",
                        socket.toString()));
        try {
            try (SocketChannel first = connectedOnceItListens(socket, device)) {
                while ((ask(first, LINE_STATUS)[0] & TRANSMITTER_EMPTY) != 0) {
                    ask(first, SEND);
                }
                for (int i = 0; i < 200; i++) {
                    try (SocketChannel other = connected(socket)) {
                        assertEquals(0, ask(other, LINE_STATUS)[0] & TRANSMITTER_EMPTY);
                        ask(other, SEND);
                    }
                }
                assertEndsBySignal(device);
            }
            assertFalse(Files.exists(socket));
        } finally {
            device.destroyForcibly();
        }
    }

    @Test
    void aKvmSideEnds() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        try (SocketServer closing = new SocketServer(folder.resolve("d"), channel -> {
            SocketServer.readFrame(channel);
            connected.countDown();
        })) {
            Process driver = full(
                    0,
                    Programs.kvm(
                            "driver --verbose --stats --trace",
                            fifo("trace").toString(),
                            "--unix",
                            "" + closing.path()));
            try {
                driver.getOutputStream()
                        .write("{\"id\":1,\"op\":\"connect\",\"hello\":\"detached\"}\n"
                                .getBytes(StandardCharsets.US_ASCII));
                driver.getOutputStream().flush();
                // it says then that the peer has closed, which nobody reads
                assertTrue(connected.await(END_SECONDS, TimeUnit.SECONDS), "not connected");
                assertEndsBySignal(driver);
            } finally {
                driver.destroyForcibly();
            }
        }
    }

    @Test
    void theSuiteEnds() throws Exception {
        CountDownLatch connected = new CountDownLatch(3);
        try (SocketServer silent = new SocketServer(folder.resolve("d"), channel -> {
            connected.countDown();
            SocketServer.readFrame(channel);
            SocketServer.readFrame(channel);
        })) {
            Process suite = full(
                    HEADER,
                    Programs.suite(
                            "device",
                            "--unix",
                            "" + silent.path(),
                            "--report-json",
                            fifo("report").toString()));
            try {
                assertTrue(connected.await(END_SECONDS, TimeUnit.SECONDS));
                suite.destroy();
                assertTrue(suite.waitFor(END_SECONDS, TimeUnit.SECONDS), "it goes on");
            } finally {
                suite.destroyForcibly();
            }
        }
    }
}
