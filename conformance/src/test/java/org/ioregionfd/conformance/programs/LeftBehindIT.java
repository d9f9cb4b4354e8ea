// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A device whose answers nobody takes any more. [CHN-014] It serves what K has left behind: it stands still until K has gone, and a
 * violation in the last frame tells that it came so far. [CHN-008, CHN-011] Then it closes, even if K stays.
 */
@Execution(ExecutionMode.CONCURRENT)
class LeftBehindIT {
    /** More answers than the examples write at a time. */
    private static final int READS = 1000;

    private static final int FRAME_LENGTH = 32;

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    private Path folder;

    @Test
    void isServedByTheDeviceInC() throws IOException, InterruptedException {
        requireServed(CProgram.compiled("spec/c/example-device.c"));
    }

    @Test
    void isServedByTheDeviceInRust() throws IOException, InterruptedException {
        requireServed(RustProgram.device().toString());
    }

    @Test
    void isTheEndForTheDeviceInC() throws IOException, InterruptedException {
        requireClosed(CProgram.compiled("spec/c/example-device.c"));
    }

    @Test
    void isTheEndForTheDeviceInRust() throws IOException, InterruptedException {
        requireClosed(RustProgram.device().toString());
    }

    private void requireClosed(String program) throws IOException {
        Path socket = folder.resolve("socket");
        try (Listening device = new Listening(socket, List.of(program, "--unix", socket.toString()));
                SocketChannel kvm = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            kvm.connect(UnixDomainSocketAddress.of(socket));
            kvm.shutdownInput();
            kvm.write(ByteBuffer.allocate(FRAME_LENGTH));
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (device.channels() > 0) {
                assertTrue(System.nanoTime() < deadline, "the channel stays open");
            }
        }
    }

    private void requireServed(String program) throws IOException {
        Path socket = folder.resolve("socket");
        Path words = Files.createFile(folder.resolve("words"));
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>" + words, "sh"));
        command.addAll(List.of(program, "--unix", socket.toString()));
        try (Listening device = new Listening(socket, command)) {
            device.stop();
            leave(socket);
            device.goOn();
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (!Files.readString(words).contains("closed by V0-")) {
                assertTrue(System.nanoTime() < deadline, "the last frame was not looked at");
            }
        }
    }

    /** READs of version 0, and a command that no version knows. */
    private static void leave(Path socket) throws IOException {
        ByteBuffer frames = ByteBuffer.allocate((READS + 1) * FRAME_LENGTH);
        frames.put(READS * FRAME_LENGTH, (byte) 0xff);
        try (SocketChannel kvm = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            kvm.connect(UnixDomainSocketAddress.of(socket));
            kvm.write(frames);
        }
    }
}
