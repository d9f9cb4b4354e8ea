// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.peer.Trace.Recorder;
import org.ioregionfd.conformance.peer.Trace.Transfer;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape;
import org.ioregionfd.conformance.rules.HexDump;
import org.ioregionfd.conformance.rules.Hints;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;

/**
 * One channel on which the suite plays one side by hand. Everything sent and seen is kept for the report. Each wait has the
 * deadline of the run; a fault of the peer ends in a {@link Violation}. Confined to one thread.
 */
public final class Conversation {
    /**
     * How long the suite listens between two pieces of a cut frame. This makes the cut visible to the receiver, and shows an
     * answer to a piece, which would be a fault. A longer time would not help.
     */
    private static final Duration BETWEEN_PIECES = Duration.ofMillis(1);

    /** Often enough to see a close soon, and seldom enough not to disturb the peer. */
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(20);

    private final Link link;
    private final Sender self;
    private final Duration answerWithin;
    private final Recorder transcript = new Recorder();
    private boolean hasEnded;

    Conversation(Link link, Sender self, Duration answerWithin) {
        this.link = link;
        this.self = self;
        this.answerWithin = answerWithin;
    }

    /**
     * Sends all {@code frames} in one write. If the peer has already closed, that is no fault here: the next expectation sees
     * it, and the frames before it. CHN-008
     */
    public void send(Frame... frames) {
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            transcript.frame(self, frame, together.size() == 0 ? Transfer.WRITTEN : Transfer.JOINED);
            together.writeBytes(frame.bytes());
        }
        write(together.toByteArray());
    }

    /** Sends all {@code frames} in one write. */
    public void send(List<Frame> frames) {
        send(frames.toArray(Frame[]::new));
    }

    /** Sends raw bytes in one write: a part of a frame, or junk. */
    public void sendBytes(byte[] bytes) {
        transcript.fragment(self, bytes, Transfer.WRITTEN);
        write(bytes);
    }

    /**
     * Sends one frame in pieces, and requires that nothing comes back before the last one.
     *
     * @param cuts where pieces begin, ascending, each 1..31
     */
    public void sendCut(Frame frame, List<Integer> cuts) {
        transcript.frame(self, frame, Transfer.WRITTEN, cuts);
        byte[] bytes = frame.bytes();
        int from = 0;
        for (int cut : cuts) {
            write(Arrays.copyOfRange(bytes, from, cut));
            from = cut;
            requireNothingBeforeTheWhole();
        }
        write(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /** Sends the beginning of a frame, and requires that nothing comes back for it. */
    public void sendPiece(byte[] bytes) {
        sendBytes(bytes);
        requireNothingBeforeTheWhole();
    }

    private void requireNothingBeforeTheWhole() {
        if (hasNewsWithin(BETWEEN_PIECES)) {
            Link.Receipt early = receive(Registry.FRAME_LENGTH);
            throw violation("nothing before the frame is whole", describe(early, unmarkedShape()));
        }
    }

    /** Sends one frame in two pieces. */
    public void sendCut(Frame frame, int cut) {
        sendCut(frame, List.of(cut));
    }

    /** Waits for one frame called {@code name}, with the right constants and zero reserved bytes. */
    public Frame expect(String name) {
        return expect(Registry.standard().shape(name));
    }

    /** Waits for one frame of this shape, with the right constants and zero reserved bytes. */
    public Frame expect(FrameShape shape) {
        Link.Receipt receipt = receive(Registry.FRAME_LENGTH);
        if (receipt.end() != Link.End.WHOLE) {
            throw violation(receipt.end(), "a frame " + shape.name(), describe(receipt, shape));
        }
        Frame frame = note(receipt.bytes(), shape);
        requireShape(shape.name(), frame);
        return frame;
    }

    /**
     * Requires the received {@code frame} to be one called {@code name}, with the right constants and zero reserved bytes.
     */
    public void requireShape(String name, Frame frame) {
        if (!frame.shape().name().equals(name)) {
            Violation other =
                    violation("a frame " + name, "a frame " + frame.shape().name());
            // [MRK-002] where the kind is not even one of the registry
            throw frame.shape().isOfUnknownKind() ? other.breaking("MRK-002") : other;
        }
        List<String> faults = frame.shape().faults(frame.bytes());
        if (!faults.isEmpty()) {
            Violation misshapen = violation("a frame " + name + " as it is laid out", String.join("; ", faults));
            // [MRK-002] of the frames of the handshake; what commands and responses hold is up to their versions
            throw frame.shape().kind().isPresent() ? misshapen.breaking("MRK-002") : misshapen;
        }
    }

    /**
     * Waits for the next frame, whatever it is. A marked frame has its own shape, and any other the shape {@code unmarked}.
     *
     * @param wanted the name of the frame that should come, or the names, for the report
     */
    public Frame next(String wanted, FrameShape unmarked) {
        Link.Receipt receipt = receive(Registry.FRAME_LENGTH);
        if (receipt.end() != Link.End.WHOLE) {
            throw violation(receipt.end(), "a frame " + wanted, describe(receipt, unmarked));
        }
        return note(receipt.bytes(), unmarked);
    }

    /**
     * Waits for {@code count} bytes, whatever they are, and gives them; fewer if the peer closes, or sends no more within the
     * time of an answer.
     */
    public byte[] take(int count) {
        Link.Receipt receipt = receive(count);
        hasEnded = receipt.end() == Link.End.CLOSED;
        return receipt.bytes();
    }

    /** Whether the peer had closed when bytes were last taken. */
    public boolean hasEnded() {
        return hasEnded;
    }

    /** Waits until the peer closes, or resets, the channel, and requires that it sends nothing before that. */
    public void expectClosed() {
        Link.Receipt receipt = receive(Registry.FRAME_LENGTH);
        if (receipt.end() != Link.End.CLOSED || receipt.count() != 0) {
            throw violation(
                    receipt.end() == Link.End.SILENT && receipt.count() == 0 ? Link.End.SILENT : Link.End.WHOLE,
                    "the channel to be closed without a frame",
                    describe(receipt, unmarkedShape()));
        }
        transcript.ended(other(), " closed the channel");
    }

    /** Sends {@code frames} in one write, and requires that the peer closes and sends nothing before. */
    public void isClosedBy(Frame... frames) {
        send(frames);
        expectClosed();
    }

    /** Requires that the peer neither sends anything nor closes the channel for {@code wait}. Only for clauses about time. */
    public void expectSilence(Duration wait) {
        if (hasNewsWithin(wait)) {
            throw violation("neither a frame nor a close", describe(receive(Registry.FRAME_LENGTH), unmarkedShape()));
        }
    }

    /** Neither reads nor sends for {@code wait}, whatever the peer does meanwhile. Only for clauses about time. */
    public void leaveUnread(Duration wait) {
        transcript.note(self + " read nothing for " + wait.toMillis() + " ms");
        link.pause(wait);
    }

    /** Waits until the peer has sent something, or closed the channel, and leaves it unread. */
    public void awaitUnread() {
        if (!hasNewsWithin(answerWithin)) {
            throw violation(Link.End.SILENT, "an answer", "nothing within " + answerWithin.toMillis() + " ms");
        }
    }

    /** Whether the peer closes the channel, or sends something, within {@code wait}; nothing is read. */
    public boolean hasNewsWithin(Duration wait) {
        return hasNewsBefore(Deadline.in(wait));
    }

    /** The same before {@code deadline}, which may be that of several channels. */
    public boolean hasNewsBefore(Deadline deadline) {
        try {
            return link.isReadableBefore(deadline);
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the peer takes {@code frame} within {@code wait}: false once it has closed for good, or reads no more. */
    public boolean isTaking(Frame frame, Duration wait) {
        try {
            link.send(frame.bytes(), Deadline.in(wait));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the peer takes {@code frame} within the time of an answer. */
    public boolean isTaking(Frame frame) {
        return isTaking(frame, answerWithin);
    }

    /**
     * Whether the peer stops taking bytes within {@code wait}: then it has closed for good. Writes {@code frame} again and
     * again, because a socket that was closed after the end of the stream shows this in no other way.
     */
    public boolean isRefusedWithin(Duration wait, Frame frame) {
        Deadline deadline = Deadline.in(wait);
        boolean isTaking = isTaking(frame);
        while (isTaking && !deadline.isOver()) {
            link.pause(BETWEEN_WRITES);
            isTaking = isTaking(frame);
        }
        return !isTaking;
    }

    /** Ends this side's stream and keeps reading: the peer sees the end of the stream. */
    public void finish() {
        transcript.ended(self, " ended its stream");
        try {
            link.finish();
        } catch (IOException e) {
            transcript.note("(which was closed already)");
        }
    }

    /** Closes both directions. Closing twice does nothing. */
    public void close() {
        link.close();
    }

    /**
     * Requires {@code actual} to be {@code wanted}.
     *
     * @param what the field, and behind it in brackets what makes {@code wanted} the right value
     */
    public void require(String what, long wanted, long actual) {
        require(what, wanted, actual, "");
    }

    /** The same, with what is known of a wrong value, or an empty text. */
    public void require(String what, long wanted, long actual, String hint) {
        if (wanted != actual) {
            String field = what.replaceFirst(" \\(.*", "");
            throw violation(
                    "%s 0x%x".formatted(what, wanted),
                    "%s 0x%x%s".formatted(field, actual, hint.isEmpty() ? Hints.of(wanted, actual) : hint));
        }
    }

    /** A fault of the peer, with the frames of this channel. */
    public Violation violation(String expected, String seen) {
        return new Violation(Violation.Kind.WRONG_ANSWER, expected, seen, transcript.trace());
    }

    private Violation violation(Link.End end, String expected, String seen) {
        Violation.Kind kind = end == Link.End.SILENT ? Violation.Kind.NO_ANSWER : Violation.Kind.WRONG_ANSWER;
        return new Violation(kind, expected, seen, transcript.trace());
    }

    private Frame note(byte[] bytes, FrameShape unmarked) {
        Frame frame = identify(bytes, unmarked);
        transcript.frame(other(), frame, Transfer.READ);
        return frame;
    }

    /**
     * A frame in the shape of its marked kind; in the shape {@code unmarked} if it has no marker, or a kind without a shape, but never in
     * that of a marked kind which it does not have.
     */
    private Frame identify(byte[] bytes, FrameShape unmarked) {
        // [MRK-001] a tag of version 2 stands where the marker would, and may be the same four bytes
        boolean isTagged = unmarked.equals(Registry.standard().shape("RESPONSE_TAGGED"));
        if (isTagged && unmarked.faults(bytes).isEmpty()) {
            return new Frame(unmarked, bytes);
        }
        boolean isMarkedFrameWanted = unmarked.kind().isPresent();
        OptionalInt kind = Registry.standard().kindOf(bytes, other());
        if (kind.isEmpty()) {
            return new Frame(isMarkedFrameWanted ? unmarkedShape() : unmarked, bytes);
        }
        FrameShape shape = Registry.standard()
                .shapeOfKind(kind.getAsInt())
                .orElseGet(() -> isMarkedFrameWanted ? FrameShape.ofUnknownKind(kind.getAsInt()) : unmarked);
        return new Frame(shape, bytes);
    }

    /** How to read an unmarked frame of the peer if the conversation does not tell. */
    private FrameShape unmarkedShape() {
        return Registry.standard().shape(self == Sender.K ? "RESPONSE" : "COMMAND_INFO_WORD");
    }

    private String describe(Link.Receipt receipt, FrameShape unmarked) {
        int count = receipt.count();
        if (receipt.end() != Link.End.WHOLE) {
            noteEnd(receipt);
        }
        return switch (receipt.end()) {
            case WHOLE -> "a frame " + note(receipt.bytes(), unmarked).shape().name();
            case CLOSED ->
                count == 0
                        ? "the channel closed"
                        : "the channel closed after " + count + " bytes: " + HexDump.ofFragment(receipt.bytes());
            case SILENT ->
                (count == 0 ? "nothing" : count + " bytes: " + HexDump.ofFragment(receipt.bytes())) + " within "
                        + answerWithin.toMillis() + " ms";
        };
    }

    /** What was received of an incomplete frame. */
    private void noteEnd(Link.Receipt receipt) {
        if (receipt.count() > 0) {
            transcript.fragment(other(), receipt.bytes(), Transfer.READ);
        }
        if (receipt.end() == Link.End.CLOSED) {
            transcript.ended(other(), " closed the channel");
        } else {
            transcript.note(other() + " sent nothing more within " + answerWithin.toMillis() + " ms");
        }
    }

    /** What went over the channel so far. */
    Trace trace() {
        return transcript.trace();
    }

    private Link.Receipt receive(int length) {
        try {
            return link.receive(length, Deadline.in(answerWithin));
        } catch (IOException e) {
            return new Link.Receipt(Link.End.CLOSED, new byte[0]);
        }
    }

    private void write(byte[] bytes) {
        try {
            link.send(bytes, Deadline.in(answerWithin));
        } catch (IOException e) {
            transcript.note("(not sent whole: " + e.getMessage() + ")");
        }
    }

    private Sender other() {
        return self == Sender.K ? Sender.D : Sender.K;
    }
}
