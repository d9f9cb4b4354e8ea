// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.Trace;
import org.ioregionfd.conformance.peer.Trace.Bytes;
import org.ioregionfd.conformance.peer.Trace.Ended;
import org.ioregionfd.conformance.peer.Trace.Transfer;
import org.ioregionfd.conformance.rules.HexDump;
import org.ioregionfd.conformance.rules.Sender;

/** Plays a recorded channel again to a device: K's bytes as they were, with the new answers beside the recorded ones. */
public final class Playback {
    /** Makes a cut of bytes visible to the reader. */
    private static final Duration BETWEEN_PIECES = Duration.ofMillis(1);

    private static final String END = "the end of the stream";

    private final Conversation channel;
    private final List<Step> steps = new ArrayList<>();
    private boolean isOver;

    /**
     * One thing that D did.
     *
     * @param then what was recorded
     * @param now what happens now; the same text if it is the same
     */
    public record Step(String then, String now) {
        /** Whether D does the same again. */
        public boolean isSame() {
            return then.equals(now);
        }
    }

    private Playback(Conversation channel) {
        this.channel = channel;
    }

    /** Plays {@code trace} on {@code channel}, which is new; ends when D sends less than in the recording. */
    public static List<Step> of(Trace trace, Conversation channel) {
        Playback playback = new Playback(channel);
        List<Trace.Entry> entries = trace.entries();
        int next = 0;
        while (next < entries.size()) {
            next = playback.play(entries, next);
            if (playback.isOver) {
                break;
            }
        }
        if (!playback.isOver && !isOfDevice(entries.get(entries.size() - 1))) {
            // In the recording, the fault was a missing answer.
            playback.steps.add(new Step("nothing", playback.more()));
        }
        return List.copyOf(playback.steps);
    }

    /** Plays what begins with {@code entries[at]} and gives the index behind it. */
    private int play(List<Trace.Entry> entries, int at) {
        Trace.Entry entry = entries.get(at);
        if (entry instanceof Bytes bytes) {
            if (bytes.from() == Sender.D) {
                steps.add(new Step(text(bytes, bytes.bytes()), received(bytes)));
                return at + 1;
            }
            return send(entries, at);
        }
        if (entry instanceof Ended ended) {
            if (ended.by() == Sender.D) {
                steps.add(new Step(END, more()));
                isOver = true;
            } else {
                channel.finish();
            }
        }
        return at + 1;
    }

    /** Sends an entry, together with those that went in the same write. */
    private int send(List<Trace.Entry> entries, int at) {
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        int next = at;
        do {
            Bytes bytes = (Bytes) entries.get(next++);
            int from = 0;
            for (int cut : bytes.cuts()) {
                together.writeBytes(Arrays.copyOfRange(bytes.bytes(), from, cut));
                channel.sendBytes(together.toByteArray());
                together.reset();
                channel.hasNewsWithin(BETWEEN_PIECES);
                from = cut;
            }
            together.writeBytes(Arrays.copyOfRange(bytes.bytes(), from, bytes.bytes().length));
        } while (next < entries.size()
                && entries.get(next) instanceof Bytes more
                && more.from() == Sender.K
                && more.transfer() == Transfer.JOINED);
        channel.sendBytes(together.toByteArray());
        return next;
    }

    private String received(Bytes then) {
        byte[] now = channel.take(then.bytes().length);
        isOver = now.length < then.bytes().length;
        return now.length == 0 ? silence() : text(then, now);
    }

    private static boolean isOfDevice(Trace.Entry entry) {
        if (entry instanceof Bytes bytes) {
            return bytes.from() == Sender.D;
        }
        return entry instanceof Ended ended && ended.by() == Sender.D;
    }

    /** What comes after the end of the recording. */
    private String more() {
        byte[] more = channel.take(1);
        return more.length > 0 ? "more bytes, the first " + HexFormat.of().formatHex(more) : silence();
    }

    private String silence() {
        return channel.hasEnded() ? END : "nothing";
    }

    /** {@code bytes} in the shape of the recorded frame. */
    private static String text(Bytes then, byte[] bytes) {
        Bytes read = new Bytes(then.from(), then.frame(), HexFormat.of().formatHex(bytes), then.transfer(), List.of());
        return read.asFrame()
                .map(frame -> then.frame() + '\n' + HexDump.of(frame).indent(2).stripTrailing())
                .orElseGet(() -> bytes.length + " bytes: " + HexDump.ofFragment(bytes));
    }
}
