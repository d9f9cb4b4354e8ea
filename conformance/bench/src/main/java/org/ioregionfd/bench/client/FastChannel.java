// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.ioregionfd.conformance.rules.Registry;

/**
 * A channel on which the suite is K and in nobody's way: one system call for what is sent and one for what has come, no object
 * for a command. Confined to one thread, but for {@link #close}, which ends every wait.
 */
public final class FastChannel implements AutoCloseable {
    /** The largest window that is measured. */
    public static final int WINDOW_MAX = 128;

    private static final int FRAME = Registry.FRAME_LENGTH;

    /** Between two looks at the clock where only the time of all of them counts. */
    private static final int LOOK_EVERY = 64;

    private final SocketChannel socket;
    private final ByteBuffer out = buffer();
    private final ByteBuffer in = buffer();
    private int lastTag;

    private FastChannel(SocketChannel socket) {
        this.socket = socket;
    }

    /** How somebody waits who has nothing to do. */
    public enum Waiting {
        /** Asleep in the kernel. */
        ASLEEP,
        /** Asking again and again. */
        POLLING
    }

    /** So many accesses in so many nanoseconds. */
    public record Pace(long count, long nanos) {
        /** How many in a second. */
        public double perSecond() {
            return count * 1e9 / nanos;
        }
    }

    /** Connects to who listens at {@code path}. */
    public static FastChannel connect(Path path, Waiting waiting) throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.connect(UnixDomainSocketAddress.of(path));
            socket.configureBlocking(waiting == Waiting.ASLEEP);
            return new FastChannel(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends all of {@code frame}, a direct buffer, and waits for the frame that comes back. */
    void exchange(ByteBuffer frame) throws IOException {
        frame.clear();
        do {
            socket.write(frame);
        } while (frame.hasRemaining());
        in.clear();
        receive(FRAME);
    }

    /** Whether the frame that came back last is all of {@code expected}. */
    boolean isAnswered(ByteBuffer expected) {
        in.flip();
        return in.equals(expected.clear());
    }

    /** A copy of the frame that came back last. */
    byte[] answer() {
        byte[] answer = new byte[FRAME];
        in.get(0, answer);
        return answer;
    }

    /**
     * One access after the other for {@code nanos}, each into {@code into}: from the response before it to its own, so that
     * nothing between them goes unseen.
     */
    public Pace roundTrips(Speech speech, long nanos, Histogram into) throws IOException {
        long start = System.nanoTime();
        long before = start;
        long count = 0;
        while (before - start < nanos) {
            sendOne(speech);
            receiveOne(speech);
            long now = System.nanoTime();
            into.recordValue(now - before);
            before = now;
            count++;
        }
        return new Pace(count, before - start);
    }

    /** Sends a command and waits for nothing. */
    void sendOne(Speech speech) throws IOException {
        out.clear();
        speech.put(out, ++lastTag);
        send();
    }

    /** Waits for the response of the command that was sent last. */
    void receiveOne(Speech speech) throws IOException {
        in.clear();
        receive(FRAME);
        if (speech.check(in, 0) != (speech.isTagged() ? lastTag : 0)) {
            throw new WrongAnswer("a response with another tag than the command's");
        }
    }

    /**
     * As many accesses under way as {@code window} allows, for {@code nanos} and until the last is answered: for each answer
     * another one is sent, in one write for all that have come in one read.
     */
    public Pace pipelined(Speech speech, int window, long nanos) throws IOException {
        long start = System.nanoTime();
        long sent = 0;
        long answered = 0;
        long tagsOpen = 0;
        int free = window;
        boolean isOver = false;
        int looks = 0;
        in.clear();
        do {
            if (!isOver && free > 0) {
                out.clear();
                for (int i = 0; i < free; i++) {
                    speech.put(out, ++lastTag);
                    tagsOpen += lastTag;
                }
                sent += free;
                free = 0;
                send();
            }
            receive(FRAME);
            int frames = in.position() / FRAME;
            for (int i = 0; i < frames; i++) {
                tagsOpen -= speech.check(in, i * FRAME);
            }
            keepFragment(frames);
            answered += frames;
            free += frames;
            if (++looks % LOOK_EVERY == 0) {
                isOver = System.nanoTime() - start >= nanos;
            }
        } while (!isOver || answered < sent);
        if (speech.isTagged() && tagsOpen != 0) {
            throw new WrongAnswer("responses with other tags than the commands");
        }
        return new Pace(answered, System.nanoTime() - start);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void keepFragment(int frames) {
        in.limit(in.position()).position(frames * FRAME);
        in.compact();
    }

    private void send() throws IOException {
        out.flip();
        do {
            socket.write(out);
        } while (out.hasRemaining());
    }

    /** Reads until the buffer holds so many bytes. */
    private void receive(int count) throws IOException {
        while (in.position() < count) {
            if (socket.read(in) < 0) {
                throw new EOFException("the peer closed the channel");
            }
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(WINDOW_MAX * FRAME).order(ByteOrder.LITTLE_ENDIAN);
    }
}
