// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.OfferOracle.Verdict;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.wire.Agreement;

/** One world: a pure function of its seed. */
final class World {
    /** More than a flood needs that goes byte by byte in both directions. */
    private static final int STEPS_MAX = 2_000_000;

    private static final int ACTIONS = 6;

    private final Dice dice;
    private final Scenario scenario;
    private final Trace trace;
    private final Wires wires;
    private final Party kvm;
    private final Party device;
    private final Optional<KvmEnd> ourKvm;
    private final Optional<DeviceEnd> ourDevice;
    private final Guest guest;
    private final int impatience;
    private int accessesLeft;
    private int toLoss;
    private boolean finished;
    private long nowNanos;

    World(long seed, Trace trace) {
        this.trace = trace;
        dice = new Dice(seed);
        scenario = Scenario.of(dice);
        trace.note(scenario::toString);
        nowNanos = dice.below(1_000_000_000);
        wires = Wires.of(scenario, dice);
        ourKvm = scenario.isOurKvm() ? Optional.of(new KvmEnd(scenario, wires, dice, trace)) : Optional.empty();
        ourDevice =
                scenario.isOurDevice() ? Optional.of(new DeviceEnd(scenario, wires, dice, trace)) : Optional.empty();
        kvm = ourKvm.isPresent() ? ourKvm.get() : new StrangeKvm(scenario, wires, dice, trace);
        device = ourDevice.isPresent() ? ourDevice.get() : new LegacyDevice(scenario, wires, dice, trace);
        guest = new Guest(dice, windowMin());
        accessesLeft = ourKvm.isPresent() ? scenario.accesses() : 0;
        toLoss = scenario.lossRate();
        // Some users close in the midst of things
        impatience = scenario.lossRate() > 0 && dice.percent(30) ? dice.between(1, 200) : Integer.MAX_VALUE;
    }

    /** Runs it to its end, and judges it. */
    void run() {
        if (!scenario.isFaithful() && dice.percent(4)) {
            wires.toK().inject(new byte[dice.between(1, 2 * Octets.LENGTH)]);
        }
        if (ourKvm.isPresent() && dice.percent(20)) {
            ourKvm.get().negotiate(nowNanos);
        }
        int steps = 0;
        while (step(steps)) {
            Wrong.unless(++steps < STEPS_MAX, () -> "the world does not come to rest");
        }
        judgeEnd();
    }

    /** One event happens; false if none can any more. */
    private boolean step(int steps) {
        nowNanos += dice.below((int) scenario.tickNanos());
        passDeadlines();
        if (toLoss > 0 && --toLoss == 0) {
            lose();
        }
        if (steps == impatience) {
            finish();
        }
        if (scenario.cancelling().interrupts() && dice.oneIn(6)) {
            ourKvm.ifPresent(end -> end.interrupt(nowNanos));
        }
        int first = dice.below(ACTIONS);
        for (int i = 0; i < ACTIONS; i++) {
            if (act((first + i) % ACTIONS)) {
                judgeAgreements();
                return true;
            }
        }
        return rest();
    }

    private boolean act(int action) {
        return switch (action) {
            case 0 -> submit();
            case 1 -> kvm.write(nowNanos);
            case 2 -> kvm.read(nowNanos);
            case 3 -> device.write(nowNanos);
            case 4 -> ourDevice.isPresent() && ourDevice.get().proceed(nowNanos);
            default -> device.read(nowNanos);
        };
    }

    private boolean submit() {
        if (accessesLeft == 0) {
            return false;
        }
        // vCPUs come one by one or all at once
        for (int i = dice.oneIn(8) ? dice.between(1, accessesLeft) : 1; i > 0; i--) {
            ourKvm.orElseThrow().submit(new GuestAccess(guest.next(accessesLeft--)), nowNanos);
        }
        return true;
    }

    private void passDeadlines() {
        if (nowNanos >= kvm.nextDeadlineNanos()) {
            trace.note(() -> "K's deadline");
            kvm.deadlineReached(nowNanos);
        }
        if (nowNanos >= device.nextDeadlineNanos()) {
            trace.note(() -> "D's deadline");
            device.deadlineReached(nowNanos);
        }
    }

    private void lose() {
        trace.note(() -> "the connection is lost");
        int which = dice.below(3);
        if (which != 0) {
            wires.toD().lose(dice);
        }
        if (which != 1) {
            wires.toK().lose(dice);
        }
    }

    /** Nothing happens by itself: time goes on to the next deadline, then the user closes, then the world ends. */
    private boolean rest() {
        long deadlineNanos = Math.min(kvm.nextDeadlineNanos(), device.nextDeadlineNanos());
        if (deadlineNanos != Party.NEVER) {
            nowNanos = Math.max(nowNanos, deadlineNanos);
            passDeadlines();
            return true;
        }
        if (!finished) {
            judgeRest();
            finish();
            return true;
        }
        return false;
    }

    private void finish() {
        finished = true;
        kvm.finish(nowNanos);
    }

    /** The agreement is the same at both ends, and K has only what D has accepted. */
    private void judgeAgreements() {
        boolean comparable = ourKvm.isPresent() && ourDevice.isPresent() && !isResealed();
        if (!comparable || ourKvm.get().side().state() != KvmState.OPEN) {
            return;
        }
        Agreement ours = ourKvm.get().side().terms();
        Agreement theirs = ourDevice.get().channel().agreement().orElseThrow(() -> new Wrong("K is Open alone"));
        boolean same = ours.version() == theirs.version()
                && ours.features().equals(theirs.features())
                && ours.maxInflight() == theirs.maxInflight();
        Wrong.unless(same, () -> "K agreed to " + ours + ", D to " + theirs);
    }

    private boolean isResealed() {
        return scenario.bendRate() > 0 && scenario.seals() == Seals.Mode.RIGHT_FOR_BOTH;
    }

    /** Before the user closes: if nothing disturbs them, two peers agree, and every access has its answer. */
    private void judgeRest() {
        if (ourKvm.isEmpty() || ourDevice.isEmpty() || !scenario.isClean() || !scenario.isUnderstood()) {
            return;
        }
        KvmEnd end = ourKvm.get();
        Optional<Failure> failure = end.side().failure();
        Wrong.unless(
                failure.filter(Failure.DeadlinePassed.class::isInstance).isEmpty(),
                () -> "a deadline passed: " + failure);
        if (!scenario.asksFirst() || end.judge().submitted().isEmpty()) {
            return;
        }
        boolean opens = scenario.negotiation()
                .flatMap(Verdict::choice)
                .filter(choice -> (scenario.devicePolicy().requiredFeatures().bits() & ~choice.features()) == 0)
                .isPresent();
        Wrong.unlessSame(opens ? KvmState.OPEN : KvmState.FAILED, end.side().state(), () -> "K's state at rest");
        Wrong.unless(
                !opens || end.judge().expected().accesses.outstanding.isEmpty(),
                () -> "an access has no answer, and nothing is lost");
    }

    private void judgeEnd() {
        Wrong.unless(kvm.isClosed(), () -> "K is not closed");
        Wrong.unless(device.isClosed(), () -> "D is not closed");
        ourDevice.ifPresent(DeviceEnd::completeRest);
        if (ourKvm.isPresent()) {
            ourKvm.get().judge().judgeEnd();
            if (scenario.isUnderstood()) {
                judgeAccesses(ourKvm.get().judge().turns());
            }
        }
    }

    /** The commands that arrived, without a detached HELLO that was taken for one, because that is no access of the guest. */
    private List<Performed> arrived() {
        List<Performed> all =
                ourDevice.isPresent() ? ourDevice.get().judge().arrived : ((LegacyDevice) device).arrived();
        // [V0-004] no guest access arrives there before a version was agreed
        boolean agreed = ourDevice.flatMap(end -> end.channel().agreement()).isPresent();
        boolean hello = !agreed && !all.isEmpty() && all.get(0).command.access().offset() == Octets.HELLO_OFFSET;
        return hello ? all.subList(1, all.size()) : all;
    }

    /**
     * End to end: the n-th access for which K made a frame is the n-th that arrived. An answered access has the value of the
     * sequential device, and an access that ended as "not sent" has not arrived [FAI-001].
     */
    private void judgeAccesses(List<GuestAccess> turns) {
        List<Performed> arrived = arrived();
        Wrong.unless(arrived.size() <= turns.size(), () -> "more arrived than was sent");
        for (GuestAccess access : turns) {
            if (access.turn >= arrived.size()) {
                Wrong.unless(
                        !(access.end instanceof AccessEnd.Done) || !access.wantsResponse(),
                        () -> access + " never arrived and ended as " + access.end);
                continue;
            }
            Performed performed = arrived.get(access.turn);
            Wrong.unless(access.asked.equals(performed.command), () -> access + " arrived as " + performed);
            Wrong.unless(
                    !(access.end instanceof AccessEnd.NotSent), () -> access + " arrived and ended as " + access.end);
            if (access.end instanceof AccessEnd.Done done && access.wantsResponse()) {
                End end = performed
                        .end()
                        .orElseThrow(() -> new Wrong(access + " was answered, and its device has not completed it"));
                Wrong.unlessSame(end.data(), done.value(), () -> "the value of " + access);
                String status = done.status().map(Enum::name).orElse(end.status());
                Wrong.unlessSame(end.status(), status, () -> "the status of " + access);
            }
        }
    }

    /** The smallest window that the two may agree to. */
    private int windowMin() {
        int window = Math.min(
                scenario.kvmPolicy().maxInflight(), scenario.devicePolicy().maxInflight());
        return scenario.isClean() ? window : Integer.MAX_VALUE;
    }

    void count(Tally tally) {
        tally.world();
        tally.commands(arrived().size());
        ourDevice.ifPresent(end -> {
            tally.handshakes(end.judge().offers);
            end.channel().ending().ifPresent(tally::saw);
            end.channel().agreement().ifPresent(agreed -> tally.saw("D opens " + agreed.version()));
            end.count(tally);
        });
        ourKvm.ifPresent(end -> {
            end.side().outcome().ifPresent(tally::saw);
            end.side().failure().ifPresent(tally::saw);
            end.judge().submitted().forEach(tally::ended);
            tally.saw(
                    "an answer is thrown away", end.judge().expected().accesses.thrownAway());
        });
    }
}
