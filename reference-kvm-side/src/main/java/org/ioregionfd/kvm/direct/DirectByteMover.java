// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.direct;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ioregionfd.attach.DirectChannel;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.kvm.KvmHandshake;
import org.ioregionfd.kvm.channel.ByteMover;
import org.ioregionfd.kvm.channel.Call;
import org.ioregionfd.kvm.channel.ChannelCore;
import org.ioregionfd.kvm.channel.Glances;
import org.ioregionfd.kvm.channel.Outgoing;
import org.ioregionfd.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Moves a channel's bytes on the threads of its callers. A thread with something to send writes it, as far as there is room.
 * One of the waiting threads reads for all, and hands this duty on when it leaves. If no caller is left to read while bytes
 * are awaited, the {@link BackgroundReader} reads.
 *
 * <p>All fields are guarded by the core's hold, except those that only the present reader uses.
 */
final class DirectByteMover implements ByteMover {
    /** The size of one read and of one write: the default window twice. */
    private static final int BUFFER_LENGTH = 128 * Frame.LENGTH;

    /** How often a polling thread looks for bytes before it looks at all else. */
    private static final int POLLS = 64;

    /** How long a thread sleeps while the peer takes no bytes, because it must then watch both directions. */
    private static final long ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A waiting thread is woken; this only bounds the cost of a lost wake-up. */
    private static final long PARK_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /** How often a channel is checked that no thread reads: by then its end, or bytes that answer nothing, are noticed. */
    private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ChannelCore core;
    private final DirectChannel channel;
    private final Waiting waiting;
    private final Deadlines deadlines;
    private final BackgroundReader backgroundReader = new BackgroundReader(this);
    private final ArrayDeque<Call> parked = new ArrayDeque<>();
    private final Glances glances = new Glances();

    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final ByteBuf received = Unpooled.wrappedBuffer(in);
    private final Outgoing out;

    private boolean beingRead;
    private boolean closed;
    private long glanceNanos = System.nanoTime() + GLANCE_NANOS;
    private volatile long dueNanos = KvmHandshake.NO_DEADLINE;

    DirectByteMover(ChannelCore core, DirectChannel channel, Waiting waiting, Deadlines deadlines) {
        this.core = core;
        this.channel = channel;
        this.waiting = waiting;
        this.deadlines = deadlines;
        out = new Outgoing(core, channel::write, BUFFER_LENGTH);
        deadlines.add(this);
    }

    @Override
    public void move() {
        send();
        handOn();
    }

    @Override
    public void handOver() {
        dueNanos = System.nanoTime();
        deadlines.moved(dueNanos);
    }

    @Override
    public void await(Call call) {
        core.hold();
        try {
            send();
            while (!call.hasEnded()) {
                Optional<String> reason = call.reasonToGiveUp();
                if (reason.isPresent()) {
                    core.abandon(call, reason.get());
                    send();
                } else if (!beingRead && mayRead(call)) {
                    receive(call);
                } else {
                    park(call);
                }
            }
            handOn();
        } finally {
            core.release();
        }
    }

    /** When {@link #deadlineReached} is due. From any thread. */
    long dueNanos() {
        return dueNanos;
    }

    /** A deadline, or the time for a check. */
    void deadlineReached() {
        core.hold();
        try {
            glanceNanos = System.nanoTime() + GLANCE_NANOS;
            // bytes that came in time count, even if they are read only now; [KST-001, FAI-003] bytes that answer
            // nothing are
            // seen
            if (!beingRead && !closed) {
                receiveNow();
            }
            core.deadlineReached();
            send();
            handOn();
        } finally {
            core.release();
        }
    }

    /**
     * A turn of the background reader: reads if no other thread does, and sleeps at most so long if there is nothing to do.
     * False if nothing is left to do.
     */
    boolean readInBackground(long idleNanos) {
        core.hold();
        try {
            send();
            long idleSince = System.nanoTime();
            // a wake-up may be an old one
            for (long rest = idleNanos; !isWorkLeft() && !closed && rest > 0; ) {
                sleep(rest);
                rest = idleSince + idleNanos - System.nanoTime();
            }
            if (!isWorkLeft()) {
                backgroundReader.ended();
                return false;
            }
            if (!beingRead && nextReader() == null) {
                receive(null);
            } else {
                handOn();
                sleep(hasRoom() ? PARK_NANOS_MAX : ROOM_NANOS);
            }
            return true;
        } finally {
            core.release();
        }
    }

    /** Sends the bytes to send, as far as there is room, and does what follows from that. */
    private void send() {
        core.admit();
        if (closed) {
            return;
        }
        // [KST-001, FAI-003] bytes that are there before a frame is sent do not answer it; a tag would tell
        if (!beingRead && !core.tellsResponsesApart() && core.takeable() > 0) {
            receiveNow();
        }
        out.send();
        closeWhereOver();
        long due = !closed ? Math.min(core.nextDeadlineNanos(), glanceNanos) : KvmHandshake.NO_DEADLINE;
        dueNanos = due;
        deadlines.moved(due);
    }

    private boolean hasRoom() {
        return !out.areStuck();
    }

    /** Waits for bytes as the reader, and takes them. It releases the core while it waits. */
    private void receive(@Nullable Call call) {
        beingRead = true;
        boolean room = hasRoom();
        core.release();
        int length;
        try {
            length = room ? read(call) : readLater();
        } catch (InterruptedIOException e) {
            length = 0; // nothing was moved; the call notices the interrupt
        } catch (IOException e) {
            length = -1; // [CHN-008] ECONNRESET is the end of the stream
        }
        core.hold();
        beingRead = false;
        take(length);
        send();
    }

    private int read(@Nullable Call call) throws IOException {
        in.clear();
        int length = channel.read(in);
        if (waiting != Waiting.BUSY_POLL) {
            for (int i = length == 0 ? glances.begin() : 0; i > 0 && length == 0; i--) {
                glances.letOthersRun();
                length = channel.read(in);
            }
            if (length == 0) {
                channel.awaitReadable();
                length = channel.read(in);
            }
            return length;
        }
        for (int i = 1; i < POLLS && length == 0 && (call == null || !call.hasEnded()); i++) {
            Thread.onSpinWait();
            length = channel.read(in);
        }
        return length;
    }

    /** [WIN-002] Reads although a write found no room, and comes back soon to write. */
    private int readLater() throws IOException {
        LockSupport.parkNanos(this, ROOM_NANOS);
        in.clear();
        return channel.read(in);
    }

    private void receiveNow() {
        in.clear();
        try {
            take(channel.read(in));
        } catch (IOException e) {
            core.peerClosed();
        }
    }

    private void take(int length) {
        if (length > 0) {
            received.setIndex(0, length);
            core.receive(received, channel.framing());
        } else if (length < 0) {
            core.peerClosed();
        }
    }

    /** A thread that sleeps in the kernel cannot leave at its own deadline, nor when its posted WRITE is sent. */
    private boolean mayRead(Call call) {
        return waiting == Waiting.BUSY_POLL || call.endsByBytesOnly();
    }

    private void park(Call call) {
        parked.add(call);
        if (!beingRead) {
            handOn();
        }
        boolean room = hasRoom();
        core.release();
        call.park(room ? PARK_NANOS_MAX : ROOM_NANOS);
        core.hold();
        parked.remove(call);
        send();
    }

    /** Makes sure that a thread reads while bytes are awaited. */
    private void handOn() {
        if (beingRead || !isWorkLeft()) {
            return;
        }
        Call next = nextReader();
        if (next == null) {
            backgroundReader.start();
        } else {
            next.wake();
        }
    }

    private @Nullable Call nextReader() {
        for (Call call : parked) {
            if (mayRead(call)) {
                return call;
            }
        }
        return null;
    }

    private boolean isWorkLeft() {
        return !closed && (core.awaitsBytes() || core.takeable() > 0 || !hasRoom());
    }

    private void sleep(long nanos) {
        core.release();
        LockSupport.parkNanos(this, nanos);
        core.hold();
    }

    private void closeWhereOver() {
        if (core.hasFailed()) {
            closed = true;
            // the reading thread notices it
            channel.close();
            deadlines.remove(this);
            core.wasClosed();
            backgroundReader.wake();
        }
    }
}
