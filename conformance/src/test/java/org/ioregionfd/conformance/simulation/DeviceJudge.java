// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.InFlight;
import org.ioregionfd.conformance.rules.InFlight.Unanswered;
import org.ioregionfd.conformance.rules.Offered;
import org.ioregionfd.conformance.rules.SelectOracle;
import org.ioregionfd.conformance.rules.SelectOracle.Refusal;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.DeviceState;
import org.ioregionfd.device.Policy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;

/**
 * Judges a device side by section 6.1 of the document: each frame must have its required effect, and nothing else must
 * happen.
 */
final class DeviceJudge {
    private enum State {
        UNNEGOTIATED,
        OFFERED,
        OPEN,
        /** After a REJECT [REJ-001]. */
        DRAINING,
        CLOSED
    }

    private record Greeting(Frame hello, Frame offer) implements Offered {}

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final DevicePolicy policy;
    private final Framing framing;
    final ModelDevice device;
    /** Every command that was taken, in order. */
    final List<Performed> arrived = new ArrayList<>();
    /** HELLOs that were answered. */
    int offers;
    /** D had sent a REJECT when it was judged last. */
    boolean wasDraining;

    /** Output that was not expected yet. */
    private final ArrayDeque<byte[]> said = new ArrayDeque<>();

    private final Cutter cutter = new Cutter();
    private State state = State.UNNEGOTIATED;
    private Optional<Greeting> greeting = Optional.empty();
    private Optional<Agreement> agreement = Optional.empty();
    private Sending terms;
    private InFlight inFlight = new InFlight(0);
    /** Commands in flight that can be distinguished from others. */
    private final Map<Unanswered, Performed> pending = new LinkedHashMap<>();

    /** The deferred access that holds back all others until it has completed. */
    private Optional<Performed> holdsBack = Optional.empty();

    /** The attached HELLO that is that access. */
    private Optional<Frame> heldHello = Optional.empty();

    DeviceJudge(DevicePolicy policy, Framing framing, Lateness lateness) {
        this.policy = policy;
        this.framing = framing;
        device = new ModelDevice(lateness);
        terms = Sending.version0(Asked.layout(policy.layout()));
    }

    void close() {
        state = State.CLOSED;
    }

    boolean isServing() {
        return phase() == Phase.SERVING;
    }

    /** Whether the channel serves, but no command may start [ORD-001, V0-016, V1-003, HEL-011]. */
    boolean isHeldBack() {
        return isServing() && holdsBack.isPresent();
    }

    /** The output of the call about which the judge is told next. */
    void says(ByteBuf out) {
        Wrong.unlessSame(0, out.readableBytes() % Octets.LENGTH, () -> "bytes of a broken frame from D");
        while (out.isReadable()) {
            byte[] frame = new byte[Octets.LENGTH];
            out.readBytes(frame);
            said.add(frame);
        }
    }

    /** D got these bytes, and has taken so many of them. */
    void handed(byte[] bytes, int taken) {
        // [CHN-005]
        if (framing == Framing.RECORDS && bytes.length != Octets.LENGTH && isServing()) {
            close();
        }
        takeCompletions();
        cutter.cut(Arrays.copyOf(bytes, taken), this::take);
    }

    /** The channel has been called since the last completions of devices. */
    void takeCompletions() {
        if (!isServing()) {
            return;
        }
        if (holdsBack.flatMap(Performed::end).isPresent()) {
            End end = holdsBack.flatMap(Performed::end).orElseThrow();
            holdsBack = Optional.empty();
            heldHello.ifPresent(hello -> offer(hello, end.data()));
            heldHello = Optional.empty();
        }
        collect();
    }

    /** After each call: all output was due, and the machine is in the right state. */
    void judge(DeviceChannel channel, RecordingDevice recorded) {
        Wrong.unless(said.isEmpty(), () -> "D sent " + Octets.hex(said.remove()) + ", due is []");
        recorded.compare(device.calls());
        Wrong.unlessSame(phase(), channel.phase(), () -> "what D's transport has to do");
        boolean waits = channel.phase() == Phase.SERVING && channel.wants() == Wants.COMPLETION;
        Wrong.unlessSame(isHeldBack(), waits, () -> "whether D waits for its device");
        wasDraining = phase() == Phase.DRAINING;
        Wrong.unlessSame(agreement, channel.agreement(), () -> "what D agreed to");
        Optional<Agreement> open =
                channel.state() instanceof DeviceState.Open now ? Optional.of(now.agreement()) : Optional.empty();
        Wrong.unlessSame(state == State.OPEN ? agreement : Optional.empty(), open, () -> "D's state Open");
        boolean isOffered = state == State.OFFERED;
        Wrong.unless(
                isOffered == channel.state() instanceof DeviceState.Offered, () -> "D's state is " + channel.state());
    }

    /** [DST-006] only a REJECT is followed by a deadline, [REJ-001] of 1 s at most. */
    void judgeDeadline(DeviceChannel channel, long rejectedNanos) {
        boolean runs = channel.nextDeadlineNanos().isPresent();
        Wrong.unlessSame(phase() == Phase.DRAINING, runs, () -> "a deadline of D's runs");
        if (runs) {
            long restNanos = channel.nextDeadlineNanos().orElseThrow() - rejectedNanos;
            Wrong.unless(restNanos <= SECOND_NANOS, () -> "D reads on for " + restNanos + " ns after its REJECT");
        }
    }

    private Phase phase() {
        return switch (state) {
            case UNNEGOTIATED, OFFERED, OPEN -> Phase.SERVING;
            case DRAINING -> Phase.DRAINING;
            case CLOSED -> Phase.CLOSED;
        };
    }

    private void take(byte[] frame) {
        Wrong.unless(!isHeldBack(), () -> "D takes a frame while an access holds back all others");
        switch (state) {
            case UNNEGOTIATED -> inUnnegotiated(frame);
            case OFFERED -> inOffered(frame);
            case OPEN -> inOpen(frame);
            // [DST-007]
            case DRAINING, CLOSED -> {}
        }
    }

    private void inUnnegotiated(byte[] bytes) {
        Frame frame = new Frame(terms.dialect().command(), bytes);
        // [POL-005]
        if (policy.policy() == Policy.OFF) {
            version0(frame);
        } else if (Octets.kindFromK(bytes) != Octets.UNMARKED) {
            // [DST-002]
            Asked.layoutOfHello(bytes).ifPresentOrElse(layout -> takeHello(bytes, layout), this::close);
        } else if (policy.policy() == Policy.REQUIRE || isReadAtHelloOffset(frame)) {
            // [POL-004, DST-003]
            close();
        } else {
            version0(frame);
        }
    }

    private static boolean isReadAtHelloOffset(Frame frame) {
        return frame.get("offset") == Octets.HELLO_OFFSET
                && Asked.version0(frame)
                        .filter(command -> command.op() == Op.READ)
                        .isPresent();
    }

    private void inOffered(byte[] bytes) {
        Optional<Layout> layout = Asked.layoutOfHello(bytes);
        if (layout.isPresent()) {
            // [DST-004]
            takeHello(bytes, layout.get());
        } else if (Octets.kindFromK(bytes) == Octets.UNMARKED || Octets.isFromK(bytes, Octets.ABORT)) {
            // [DST-005, ABT-003]
            close();
        } else {
            select(new Frame(Forge.blank("SELECT").shape(), bytes), greeting.orElseThrow());
        }
    }

    private void takeHello(byte[] bytes, Layout layout) {
        Frame hello = new Frame(Forge.blank("HELLO").shape(), bytes);
        // [HEL-012]
        if (hello.get("offset") == Octets.HELLO_OFFSET) {
            offer(hello, 0);
            return;
        }
        // [HEL-011]
        Frame read = new Frame(Asked.layout(layout).command(), bytes);
        Performed access = new Performed(
                new Command(Op.READ, Asked.version0(read).orElseThrow().access(), 0), "an attached HELLO");
        perform(access);
        access.end().ifPresentOrElse(end -> offer(hello, end.data()), () -> heldHello = Optional.of(hello));
    }

    private void offer(Frame hello, long value) {
        Frame offer = Forge.offer(hello, granted(policy)).with("value", value);
        greeting = Optional.of(new Greeting(hello, offer));
        offers++;
        requireSent(offer);
        state = State.OFFERED;
    }

    /** [OFR-002 to OFR-006, GRS-001] */
    static Terms granted(DevicePolicy policy) {
        boolean isGreased = policy.policy() != Policy.REQUIRE;
        int versions = policy.versions().bits() | (policy.policy() == Policy.ALLOW ? 1 : 0);
        return new Terms(
                Integer.toUnsignedLong(
                        isGreased ? versions | policy.grease().versions().bits() : versions),
                policy.features().bits()
                        | (isGreased ? policy.grease().features().bits() : 0),
                (versions & 4) != 0 ? policy.maxInflight() : 1);
    }

    /** [SEL-010 to SEL-018] */
    private void select(Frame select, Greeting greeted) {
        Optional<Refusal> refusal = SelectOracle.refusalOf(greeted, select);
        long missing = policy.requiredFeatures().bits() & ~select.get("features");
        if (refusal.isPresent()) {
            reject(refusal.get().reason(), refusal.get().detail());
        } else if (missing != 0) {
            reject("REQUIRED_FEATURE_MISSING", missing);
        } else {
            requireSent(Forge.accept(greeted.hello(), greeted.offer(), select));
            Agreement agreed = new Agreement(
                    ProtocolVersion.of((int) select.get("version")).orElseThrow(),
                    new FeatureSet(select.get("features")),
                    (int) select.get("max_inflight"),
                    Asked.layoutOfHello(greeted.hello().bytes()).orElseThrow());
            agreement = Optional.of(agreed);
            terms = Asked.terms(agreed);
            inFlight = new InFlight(terms.features());
            state = State.OPEN;
        }
    }

    private void reject(String reason, long detail) {
        requireSent(Forge.reject(reason, detail));
        state = State.DRAINING;
    }

    private void inOpen(byte[] bytes) {
        Frame frame = new Frame(terms.dialect().command(), bytes);
        if (agreement.orElseThrow().version() != ProtocolVersion.LEGACY) {
            Asked.agreed(terms, frame).ifPresentOrElse(command -> serve(frame, command), this::close);
        } else if (Octets.kindFromK(bytes) != Octets.UNMARKED) {
            // [V0-017]
            close();
        } else {
            version0(frame);
        }
    }

    private void version0(Frame frame) {
        Optional<Command> command = Asked.version0(frame);
        if (command.isEmpty()) {
            close();
        } else if (command.get().access().sizeExponent() <= 3) {
            serve(frame, command.get());
        } else if (command.get().isAnswered()) {
            // [V0-014] an access error without a valid size, which reaches no device
            inFlight.add(frame, () -> Optional.of(new End("DEVICE_FAULT", -1L)));
            collect();
        }
    }

    private void serve(Frame frame, Command command) {
        boolean isTagged = terms.dialect() == Dialect.TAGGED;
        // [VIO-006]
        if (isTagged
                && command.isAnswered()
                && (inFlight.count() >= terms.window() || inFlight.isInUse(frame.get("tag")))) {
            close();
            return;
        }
        Performed access = new Performed(
                command,
                "version " + agreement.map(agreed -> agreed.version().number()).orElse(0));
        access.isAlone = !isTagged || terms.window() == 1;
        perform(access);
        if (command.isAnswered()) {
            Unanswered unanswered = access.isFence() ? inFlight.fence(frame) : inFlight.add(frame, access::end);
            pending.put(unanswered, access);
        }
        collect();
    }

    private void perform(Performed access) {
        arrived.add(access);
        if (access.isFence()) {
            return;
        }
        device.perform(access);
        // [ORD-001]
        if (access.end().isEmpty() && (access.isAlone || access.isWrite())) {
            holdsBack = Optional.of(access);
        }
    }

    /** Takes the responses that are due now, in any order that the device may choose, and finds what waits. */
    private void collect() {
        while (inFlight.due() > 0) {
            byte[] bytes = next(() -> inFlight.due() + " responses");
            Frame response = new Frame(terms.dialect().response(), bytes);
            Unanswered command = inFlight.answeredBy(response)
                    .orElseThrow(() -> new Wrong("D sent " + Octets.hex(bytes) + ", due is the response of another"));
            require(terms.dialect().answer(command.frame(), command.end()), bytes);
            inFlight.answered(command);
            Performed access = pending.get(command);
            if (access != null) {
                access.overtook = waitsBefore(access);
                access.ended(command.end());
                pending.remove(command);
            }
        }
        for (Performed access : pending.values()) {
            access.late = true;
            if (!inFlight.isOutOfOrder()) {
                break;
            }
        }
    }

    private boolean waitsBefore(Performed access) {
        for (Performed earlier : pending.values()) {
            if (earlier == access) {
                return false;
            }
            if (earlier.end().isEmpty() && !earlier.isFence()) {
                return true;
            }
        }
        return false;
    }

    private byte[] next(java.util.function.Supplier<String> due) {
        Wrong.unless(!said.isEmpty(), () -> "D owes " + due.get());
        return said.remove();
    }

    private void requireSent(Frame frame) {
        require(frame, next(() -> Octets.hex(frame.bytes())));
    }

    private static void require(Frame frame, byte[] seen) {
        if (!Arrays.equals(frame.bytes(), seen)) {
            throw new Wrong("D sent " + Octets.hex(seen) + ", due is " + Octets.hex(frame.bytes()));
        }
    }
}
