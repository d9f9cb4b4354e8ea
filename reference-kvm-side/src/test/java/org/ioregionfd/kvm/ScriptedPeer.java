// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A device side with a test's script, on a Unix socket and a thread of its own; one script for every connection. */
public final class ScriptedPeer implements AutoCloseable {
    /** What the peer does with a connection; it is closed when the script ends. */
    @FunctionalInterface
    public interface Script {
        void run(ScriptedPeer peer) throws IOException;
    }

    /** Less than the tests' own time-out, but more than a slow machine delays a test. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(50);

    private final ServerSocketChannel server;
    private final Path path;
    private final List<byte[]> received = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> firstEnd = new CompletableFuture<>();
    private volatile SocketChannel connection;

    private ScriptedPeer(Path directory, Script script) throws IOException {
        path = directory.resolve("peer.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread thread = new Thread(() -> serve(script), "scripted-peer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Listens in a directory. */
    public static ScriptedPeer start(Path directory, Script script) throws IOException {
        return new ScriptedPeer(directory, script);
    }

    /** Begins the policy of a test that is not about deadlines. */
    public static KvmPolicy.Builder patient() {
        return KvmPolicy.builder().deadlineNanos(PATIENCE_NANOS);
    }

    public Path path() {
        return path;
    }

    /** The frames that came, on all connections. */
    public List<byte[]> received() {
        return received;
    }

    /** Waits until the first script has ended, and rethrows what it threw. */
    public void awaitEnd() throws Exception {
        firstEnd.get(20, TimeUnit.SECONDS);
    }

    /** The next frame, whole. */
    public byte[] frame() throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Frames.LENGTH);
        while (frame.hasRemaining()) {
            if (connection.read(frame) < 0) {
                throw new EOFException();
            }
        }
        received.add(frame.array());
        return frame.array();
    }

    public void send(byte[]... frames) throws IOException {
        for (byte[] frame : frames) {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            while (bytes.hasRemaining()) {
                connection.write(bytes);
            }
        }
    }

    public SocketChannel connection() {
        return connection;
    }

    /** Reads to the end of the stream. */
    public void drain() throws IOException {
        try {
            while (true) {
                frame();
            }
        } catch (EOFException e) {
            // what it waited for
        }
    }

    /** Answers a HELLO and a SELECT as a device side with default options does; gives the agreed version. */
    public long handshake(long value) throws IOException {
        byte[] hello = frame();
        byte[] offer = Frames.offer(hello, value);
        send(offer);
        byte[] select = frame();
        send(Frames.accept(hello, offer, select));
        return Frames.field(select, 8, 2);
    }

    /** After a handshake to version 2: answers every command with its own offset as data, to the end of the stream. */
    public void echoOffsets() throws IOException {
        try {
            while (true) {
                byte[] command = frame();
                if (command[2] != 0) {
                    send(Frames.response(command, command[0] == 2 ? Frames.field(command, 16, 8) : 0, 1));
                }
            }
        } catch (EOFException e) {
            // the KVM side is done
        }
    }

    /** Answers every command of version 0 in the info-word layout, or of version 1, with its own offset as data. */
    public void echoOffsetsExactly() throws IOException {
        try {
            while (true) {
                byte[] command = frame();
                if ((command[0] & 0x40) != 0) {
                    send(Frames.response((command[0] & 1) == 0 ? Frames.field(command, 16, 8) : 0));
                }
            }
        } catch (EOFException e) {
            // the KVM side is done
        }
    }

    /** Answers every command that wants it as a legacy device does. */
    public void legacy(long value) throws IOException {
        try {
            while (true) {
                byte[] command = frame();
                if ((command[0] & 1) == 0 || (command[0] & 0x40) != 0) {
                    send(Frames.response((command[0] & 1) == 0 ? value : 0));
                }
            }
        } catch (EOFException e) {
            // the KVM side is done
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve(Script script) {
        try {
            while (true) {
                connection = server.accept();
                try {
                    script.run(this);
                    firstEnd.complete(null);
                } catch (EOFException e) {
                    firstEnd.complete(null);
                } catch (IOException | AssertionError e) {
                    firstEnd.completeExceptionally(e);
                }
                connection.close();
            }
        } catch (IOException e) {
            firstEnd.completeExceptionally(e);
        }
    }
}
