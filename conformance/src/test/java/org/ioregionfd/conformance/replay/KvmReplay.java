// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ioregionfd.conformance.replay.StateGraph.State;
import org.ioregionfd.conformance.replay.StateGraph.Step;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmHandshake;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmSide;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.wire.TaggedCommand;

/**
 * The KVM side's two machines along a path: {@link KvmHandshake}, whose steps before Open and Legacy are those of the
 * model, and {@link KvmSide}, which is that handshake with its accesses.
 *
 * <p>The model waits in Offered for the next use of the channel, but a KvmSide uses it at once. So the KvmSide gets the OFFER
 * only with K's next step: alone for the SELECT, together with the bytes after it [KST-009], or before the end of the stream.
 * Only the handshake is tested with a user who gives up in Offered, because a KvmSide is never in that state.
 */
final class KvmReplay implements Replay {
    private static final long NOW_NANOS = 1_000;

    private final KvmPolicy policy;
    private final FrameBytes frames;
    private final KvmHandshake handshake;
    private final KvmSide<Integer> side;
    /** An OFFER that the side has not yet got. */
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;
    /** The required ends of accesses after the side has got everything, by id. */
    private final Map<Integer, String> ends = new TreeMap<>();

    KvmReplay(State initial) {
        policy = Settings.kvm(initial.get("k"));
        frames = new FrameBytes();
        handshake = new KvmHandshake(policy);
        side = new KvmSide<>(policy, FrameBytes.NONCE);
    }

    /** A step of an aware KVM side. */
    static boolean isOwn(Step step) {
        return step.action().startsWith("K")
                && step.from().get("k").field("kind").text().equals("aware");
    }

    @Override
    public void take(Step step) {
        if (!isOwn(step)) {
            return;
        }
        Effect effect = new Effect(step);
        Optional<TlaValue> expected = effect.sentByK();
        expected.ifPresent(frames.accesses()::note);
        expectEnds(effect, expected);
        if (isBeforeCommands(step.from())) {
            ByteBuf out = Unpooled.buffer();
            handshake(effect, out);
            compareHandshake(step);
            // A version-0 command is the exchange's
            Optional<TlaValue> marked = expected.filter(frame -> isMarked(frame));
            Compared.sent(marked, marked.map(frames::fromK), out);
        }
        // The machine that a user can leave in Offered is the other one
        if (!step.action().equals("KGivesUp")) {
            side(effect);
            compareSent(expected);
            compareSide(step);
        }
    }

    private void handshake(Effect effect, ByteBuf out) {
        switch (effect.step().action()) {
            case "KStaysWithVersion0" -> handshake.stayLegacy();
            case "KSendsEarlyWrite", "KTakesEarlyResponse" -> {}
            case "KSendsHello" -> {
                if (policy.hello() == HelloMode.DETACHED) {
                    handshake.startDetached(0, FrameBytes.NONCE, NOW_NANOS, out);
                } else {
                    handshake.startAttached(command("READ", nextId(effect.step().from())), FrameBytes.NONCE, out);
                }
            }
            case "KTakesOffer", "KAbortsOffer" ->
                // [KST-007]
                Compared.same("the OFFER's value", true, handshake.receive(frames.fromD(effect.answer()), 0, out));
            case "KSendsSelect" -> handshake.select(NOW_NANOS, out);
            case "KGivesUp" -> handshake.giveUp(out);
            case "KRunsOutOfTime" -> {
                long dueNanos = handshake.nextDeadlineNanos();
                handshake.deadlineReached(dueNanos - 1);
                Compared.holds("the deadline passed before its time", handshake.state() != KvmState.FAILED);
                handshake.deadlineReached(dueNanos);
            }
            case "KSeesEnd" -> handshake.peerClosed();
            default -> handshake.receive(frames.fromD(effect.answer()), 0, out);
        }
    }

    private void side(Effect effect) {
        switch (effect.step().action()) {
            case "KStaysWithVersion0", "KSendsEarlyWrite", "KSendsCommand" ->
                submit(
                        effect.sentByK().orElseThrow().field("kind").text(),
                        nextId(effect.step().from()));
            case "KSendsHello" -> {
                if (policy.hello() == HelloMode.DETACHED) {
                    side.negotiate(NOW_NANOS);
                } else {
                    submit("READ", nextId(effect.step().from()));
                }
            }
            case "KTakesOffer" -> kept = frames.fromD(effect.answer());
            case "KSendsSelect" -> receive(Unpooled.EMPTY_BUFFER);
            case "KRunsOutOfTime" -> {
                long dueNanos = side.nextDeadlineNanos();
                side.deadlineReached(dueNanos - 1);
                Compared.holds("the side's deadline passed before its time", side.state() != KvmState.FAILED);
                side.deadlineReached(dueNanos);
            }
            case "KSeesEnd" -> {
                receive(Unpooled.EMPTY_BUFFER);
                side.peerClosed(NOW_NANOS);
            }
            default -> receive(frames.fromD(effect.answer()));
        }
    }

    /** Gives the side these bytes, directly after those that were kept back. */
    private void receive(ByteBuf bytes) {
        ByteBuf all = Unpooled.wrappedBuffer(kept, bytes);
        kept = Unpooled.EMPTY_BUFFER;
        side.receive(all, NOW_NANOS);
    }

    private void submit(String op, int id) {
        side.submit(new KvmAccess<>(id).ask(command(op, id)), NOW_NANOS);
    }

    private static KvmCommand command(String op, int id) {
        long offset = AccessBytes.offset(id);
        KvmCommand write = KvmCommand.write(AccessBytes.REGION, offset, AccessBytes.SIZE, AccessBytes.written(id));
        return switch (op) {
            case "READ" -> KvmCommand.read(AccessBytes.REGION, offset, AccessBytes.SIZE);
            case "WRITE" -> write;
            case "POSTED" -> write.posted();
            case "FENCE" -> KvmCommand.fence();
            default -> throw new IllegalArgumentException("no user asks for " + op);
        };
    }

    private void compareSent(Optional<TlaValue> expected) {
        ByteBuf out = Unpooled.buffer();
        side.take(out, side.takeable());
        side.written(out.readableBytes(), NOW_NANOS);
        expected.filter(frame -> frame.has("version")
                        && frame.has("at")
                        && frame.field("version").number() == 2
                        && !frame.field("kind").text().equals("POSTED")
                        && out.isReadable())
                .ifPresent(frame -> {
                    // [V2-001] any number but 0
                    int tag = new TaggedCommand().read(out, 0).tag();
                    Compared.holds("the tag of a command that wants a response is 0", tag != 0);
                    frames.accesses().tag(frame.field("id").number(), tag);
                });
        Compared.sent(expected, expected.map(frames::fromK), out);
    }

    private void compareHandshake(Step step) {
        State to = step.to();
        Compared.same("the handshake's state", to.get("kState").text(), KvmCompared.name(handshake.state()));
        boolean runs = to.get("kState").text().equals("SelectSent")
                || (to.get("kState").text().equals("HelloSent") && policy.hello() == HelloMode.DETACHED);
        // [KST-005]
        Compared.same("a deadline runs", runs, handshake.nextDeadlineNanos() != KvmHandshake.NO_DEADLINE);
        KvmCompared.failure(step, handshake.failure());
        KvmCompared.agreed(to, handshake.outcome());
    }

    private void compareSide(Step step) {
        State to = step.to();
        if (kept.isReadable()) {
            Compared.same("the side's state before the OFFER", "HelloSent", KvmCompared.name(side.state()));
            return;
        }
        Compared.same("the side's state", to.get("kState").text(), KvmCompared.name(side.state()));
        KvmCompared.failure(step, side.failure());
        KvmCompared.agreed(to, side.outcome());
        Map<Integer, String> seen = new TreeMap<>();
        for (KvmAccess<Integer> ended = side.pollEndedAccess(); ended != null; ended = side.pollEndedAccess()) {
            Compared.holds("an access ended twice", seen.put(ended.token(), KvmCompared.inWords(ended)) == null);
        }
        Compared.same("the accesses that ended, by id", ends, seen);
        ends.clear();
    }

    private void expectEnds(Effect effect, Optional<TlaValue> sent) {
        boolean answered = switch (effect.step().action()) {
            case "KTakesEarlyResponse", "KTakesOffer", "KAbortsOffer", "KTakesResponse" -> true;
            case "KTakesPlainAnswer" -> effect.step().to().get("kState").text().equals("Legacy");
            default -> false;
        };
        for (int id : effect.ended()) {
            boolean first = answered && id == effect.ended().get(0);
            // The handshake's own frames are no accesses
            if (id != AccessBytes.HANDSHAKE_ID) {
                ends.put(id, first ? KvmCompared.done(frames.valueOf(effect.answer())) : KvmCompared.NO_RESPONSE);
            }
        }
        sent.filter(frame -> frame.field("kind").text().equals("POSTED"))
                .ifPresent(frame -> ends.put(frame.field("id").number(), KvmCompared.done(0)));
    }

    private static boolean isBeforeCommands(State state) {
        return switch (state.get("kState").text()) {
            case "Idle", "HelloSent", "Offered", "SelectSent" -> true;
            default -> false;
        };
    }

    private static boolean isMarked(TlaValue frame) {
        return switch (frame.field("kind").text()) {
            case "HELLO", "SELECT", "ABORT" -> true;
            default -> false;
        };
    }

    private static int nextId(State state) {
        return state.get("kNext").number();
    }
}
