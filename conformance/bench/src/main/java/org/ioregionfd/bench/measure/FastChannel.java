// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.ioregionfd.conformance.peer.ReachablePath;

/**
 * A channel on which the suite is a fast K: one system call to send and one to receive, and no object for a command. Confined
 * to one thread, except for {@link #close}, which ends every wait.
 */
public final class FastChannel extends FrameSocket {
    /** The largest window that is measured. */
    public static final int WINDOW_MAX = 128;

    /** How many commands between two looks at the clock, when only the time of all of them counts. */
    private static final int LOOK_EVERY = 64;

    private int lastTag;

    private FastChannel(SocketChannel socket) {
        super(socket);
    }

    /** How an end waits that has nothing to do. */
    public enum Waiting {
        /** Asleep in the kernel. */
        ASLEEP,
        /** Asking again and again. */
        POLLING
    }

    /** Connects to the listener at {@code path}. */
    public static FastChannel connect(Path path, Waiting waiting) throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (ReachablePath reachable = ReachablePath.to(path)) {
            socket.connect(reachable.address());
            socket.configureBlocking(waiting == Waiting.ASLEEP);
            return new FastChannel(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends all of {@code frame} and waits for the frame that comes back. */
    void exchange(ByteBuffer frame) throws IOException {
        out.clear();
        out.put(frame.clear());
        send();
        in.clear();
        receive();
    }

    /** Whether the frame that came back last equals {@code expected}. */
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
     * One access after the other for {@code nanos}, with the time of each in {@code into}: from the response before it to its
     * own, so that no time between them is lost. Gives how many a second.
     */
    public double roundTrips(CommandTemplate command, long nanos, Histogram into) throws IOException {
        long start = System.nanoTime();
        long before = start;
        long count = 0;
        while (before - start < nanos) {
            sendOne(command);
            receiveOne(command);
            long now = System.nanoTime();
            into.recordValue(now - before);
            before = now;
            count++;
        }
        return perSecond(count, before - start);
    }

    /** Sends a command and waits for nothing. */
    public void sendOne(CommandTemplate command) throws IOException {
        out.clear();
        command.put(out, ++lastTag);
        send();
    }

    /** Waits for the response of the command that was sent last. */
    public void receiveOne(CommandTemplate command) throws IOException {
        in.clear();
        receive();
        if (command.check(in, 0) != (command.isTagged() ? lastTag : 0)) {
            throw new IOException("a response with another tag than the command's");
        }
    }

    /**
     * As many accesses under way as {@code window} allows, for {@code nanos} and until the last is answered. Each answer is
     * followed by a new access; those for all answers of one read go out in one write. Gives how many a second.
     */
    public double pipelined(CommandTemplate command, int window, long nanos) throws IOException {
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
                    command.put(out, ++lastTag);
                    tagsOpen += lastTag;
                }
                sent += free;
                free = 0;
                send();
            }
            int frames = receive();
            for (int i = 0; i < frames; i++) {
                tagsOpen -= command.check(in, i * FRAME);
            }
            drop(frames);
            answered += frames;
            free += frames;
            if (++looks % LOOK_EVERY == 0) {
                isOver = System.nanoTime() - start >= nanos;
            }
        } while (!isOver || answered < sent);
        if (command.isTagged() && tagsOpen != 0) {
            throw new IOException("responses with other tags than the commands");
        }
        return perSecond(answered, System.nanoTime() - start);
    }

    /** How many a second, of so many in {@code nanos}. */
    public static double perSecond(long count, long nanos) {
        return count * 1e9 / nanos;
    }
}
