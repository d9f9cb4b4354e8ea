// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.vectors.Transcript.Sent;
import org.ioregionfd.conformance.vectors.Transcript.Side;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmHandshake;
import org.ioregionfd.kvm.KvmSide;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.Status;

/** The real KVM side gets D's frames of a transcript, and must send K's frames. */
final class KvmPlay {
    private static final int TAG_OF_COMMAND = 4;
    private static final int TAG_OF_RESPONSE = 8;
    private static final int STATUS_OF_RESPONSE = 12;

    private final Transcript transcript;
    private final ArrayDeque<ByteBuf> said = new ArrayDeque<>();
    /** The transcript's tags to those that this side has given [V2-001]. */
    private final Map<Integer, Integer> tags = new HashMap<>();

    private KvmSide<Integer> side;
    /** Frames of D that this side has been given already. */
    private int given;

    private int submitted;
    private int ended;
    private long nowNanos;

    private KvmPlay(Transcript transcript) {
        this.transcript = transcript;
        side = begin(0);
    }

    /** Plays the whole transcript and asserts every frame, every access and the end. */
    static void of(Transcript transcript) {
        KvmPlay play = new KvmPlay(transcript);
        for (int i = 0; i < transcript.frames().size(); i++) {
            play.step(i);
        }
        play.assertEnd();
    }

    private KvmSide<Integer> begin(int index) {
        return new KvmSide<>(
                KvmSettings.policy(transcript, index),
                transcript
                        .first(Side.K, FrameKind.HELLO, index)
                        .map(hello -> (int) hello.getUnsignedByte(7))
                        .orElse(0));
    }

    private void step(int index) {
        nowNanos++;
        Sent frame = transcript.frames().get(index);
        if (frame.from() == Side.D) {
            if (index >= given) {
                assertTrue(said.isEmpty(), () -> "says more before frame " + index);
                receive(answer(index), index);
            }
        } else if (transcript.isFault(index)) {
            said.clear();
        } else {
            bringAbout(frame, index);
            ByteBuf next = said.poll();
            assertEquals(
                    frame.hex(), next == null ? "nothing" : ByteBufUtil.hexDump(tagged(next, frame)), "frame " + index);
        }
    }

    /** That frame of D; what D sends behind its answer to a HELLO comes with it, since this side selects at once [KST-009]. */
    private ByteBuf answer(int index) {
        ByteBuf answer = Unpooled.buffer();
        given = index;
        do {
            answer.writeBytes(transcript.frames().get(given).bytes());
            given++;
        } while (side.state() == KvmState.HELLO_SENT
                && given < transcript.frames().size()
                && transcript.frames().get(given).from() == Side.D);
        return answer;
    }

    /** Does what the user must do for this frame; SELECT and ABORT need no user. */
    private void bringAbout(Sent frame, int index) {
        ByteBuf bytes = frame.bytes();
        if (frame.is(FrameKind.HELLO)) {
            if (side.state() != KvmState.IDLE) {
                // a second HELLO comes from a second K; the next frame of the first K is not sent
                said.clear();
                side = begin(index);
                submitted = ended;
            }
            if (bytes.getLongLE(16) == Frame.HELLO_OFFSET) {
                side.negotiate(nowNanos);
            } else {
                submit(KvmSettings.access(bytes, KvmSettings.legacy(bytes)));
            }
        } else if (!Frame.isMarkedCommand(bytes, 0)) {
            submit(KvmSettings.access(bytes, side.terms()));
        }
        settle();
        assertEnded(AccessEnd.DONE);
    }

    private void submit(KvmCommand command) {
        side.submit(new KvmAccess<>(submitted++).ask(command), nowNanos);
    }

    /** The accesses that ended, all in this way. */
    private List<KvmAccess<Integer>> assertEnded(AccessEnd expected) {
        List<KvmAccess<Integer>> accesses = new ArrayList<>();
        for (KvmAccess<Integer> access = side.pollEndedAccess(); access != null; access = side.pollEndedAccess()) {
            assertEquals(expected, access.end());
            accesses.add(access);
        }
        ended += accesses.size();
        return accesses;
    }

    /** The frame with the transcript's tag in place of the one that this side chose. */
    private ByteBuf tagged(ByteBuf own, Sent frame) {
        ByteBuf bytes = frame.bytes();
        boolean hasTag = side.state() == KvmState.OPEN
                && side.terms().version() == ProtocolVersion.TAGGED
                && own.getIntLE(TAG_OF_COMMAND) != 0;
        if (hasTag) {
            tags.put(bytes.getIntLE(TAG_OF_COMMAND), own.getIntLE(TAG_OF_COMMAND));
            own.setIntLE(TAG_OF_COMMAND, bytes.getIntLE(TAG_OF_COMMAND));
        }
        return own;
    }

    private void receive(ByteBuf bytes, int index) {
        boolean response = side.state() == KvmState.OPEN && side.terms().version() == ProtocolVersion.TAGGED;
        if (response) {
            int tag = bytes.getIntLE(TAG_OF_RESPONSE);
            bytes.setIntLE(TAG_OF_RESPONSE, tags.getOrDefault(tag, tag));
        }
        KvmState before = side.state();
        side.receive(bytes.duplicate(), nowNanos);
        settle();
        if (!transcript.isFault(index) && !transcript.frames().get(index).is(FrameKind.REJECT)) {
            assertCompletes(
                    bytes,
                    before,
                    response ? Status.of(bytes.getUnsignedShortLE(STATUS_OF_RESPONSE)) : Optional.empty());
        }
    }

    /** A frame from D ends at most one access, with the frame's content. */
    private void assertCompletes(ByteBuf bytes, KvmState before, Optional<Status> status) {
        List<KvmAccess<Integer>> completed = assertEnded(AccessEnd.DONE);
        for (KvmAccess<Integer> access : completed) {
            assertEquals(bytes.getLongLE(0), access.value());
            assertEquals(status, access.status());
        }
        boolean answersCommand = before != KvmState.SELECT_SENT && !(before == KvmState.HELLO_SENT && submitted == 0);
        assertEquals(answersCommand ? 1 : 0, completed.size(), "accesses that ended");
    }

    private void settle() {
        while (side.takeable() > 0) {
            ByteBuf out = Unpooled.buffer(Frame.LENGTH);
            side.take(out, Frame.LENGTH);
            side.written(Frame.LENGTH, nowNanos);
            said.add(out);
        }
    }

    private void assertEnd() {
        switch (transcript.outcome().end()) {
            case OPEN -> {
                assertEquals(KvmState.OPEN, side.state());
                assertEquals(transcript.outcome().word(), Transcript.inWords(side.terms()));
                side.peerClosed(nowNanos);
            }
            case LEGACY, UNNEGOTIATED -> {
                assertEquals(KvmState.LEGACY, side.state());
                side.peerClosed(nowNanos);
            }
            case REJECT -> {
                Reject reject =
                        assertInstanceOf(Failure.Rejected.class, failure()).reject();
                assertEquals(transcript.outcome().word(), Transcript.reason(reject.reasonCode()));
                assertEquals(lastFrame().getLongLE(16), reject.detail());
                assertEquals(Optional.empty(), failure().clause());
            }
            case ABORT -> {
                var aborted = assertInstanceOf(Failure.Aborted.class, failure());
                assertEquals(
                        transcript.outcome().word(),
                        Transcript.reason(aborted.abort().reasonCode()));
                assertEquals(transcript.violates(), aborted.clause().map(Clause::id));
            }
            case FAIL -> assertEquals(transcript.violates(), failure().clause().map(Clause::id));
            case CLOSE -> {
                side.peerClosed(nowNanos);
                assertInstanceOf(Failure.PeerClosed.class, failure());
            }
        }
        settle();
        if (transcript.outcome().end() != Transcript.End.CLOSE) {
            assertTrue(said.isEmpty(), "says more at the end");
        }
        // [FAI-001]
        assertEnded(AccessEnd.MAYBE_EXECUTED);
        assertEquals(submitted, ended, "accesses that ended");
        assertEquals(KvmHandshake.NO_DEADLINE, side.nextDeadlineNanos(), "waits for nothing");
    }

    private ByteBuf lastFrame() {
        return transcript.frames().get(transcript.frames().size() - 1).bytes();
    }

    private Failure failure() {
        assertEquals(KvmState.FAILED, side.state());
        return side.failure().orElseThrow();
    }
}
