// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.ioregionfd.conformance.simulation.Lateness.Fate;
import org.ioregionfd.conformance.simulation.Lateness.When;
import org.ioregionfd.device.Completion;
import org.ioregionfd.device.Completion.Outcome;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;

/** The sequential device behind a machine. It completes many accesses later, in any order, and some of them twice. */
final class LateDevice implements Device {
    /** A deferred access. */
    private record Waiting(Performed access, Completion completion) {}

    private final Lateness lateness;
    private final ModelDevice model;
    private final List<Waiting> waiting = new ArrayList<>();
    /** The completion times of accesses; those with the same time in their order. */
    private final TreeMap<Long, List<Integer>> due = new TreeMap<>();

    private final List<Completion> used = new ArrayList<>();
    private long nowNanos;

    LateDevice(Lateness lateness) {
        this.lateness = lateness;
        model = new ModelDevice(lateness);
    }

    /** Its lateness, until it is set again. */
    void time(long newNowNanos) {
        nowNanos = newNowNanos;
    }

    @Override
    public void perform(DeviceAccess access) {
        Wrong.unless(!access.isWrite() || access.holdsBackOthers(), () -> "a WRITE that holds back nothing [ORD-001]");
        int number = model.reached();
        Fate fate = lateness.of(number);
        Performed performed = RecordingDevice.asked(access);
        performed.isAlone = access.holdsBackOthers();
        model.perform(performed);
        model.calls().clear();
        if (performed.end().isEmpty()) {
            waiting.add(new Waiting(performed, access.defer()));
            if (fate.when() == When.LATER && fate.delayNanos() != Lateness.NEVER) {
                due.computeIfAbsent(nowNanos + fate.delayNanos(), time -> new ArrayList<>())
                        .add(number);
            }
        } else if (fate.when() == When.WITHIN_THE_CALL) {
            Wrong.unlessSame(Outcome.TAKEN, complete(performed, access.defer()), () -> "completing " + performed);
        } else {
            answer(performed, access);
        }
        // A RELEASE was performed
        completeReady(Outcome.TAKEN);
    }

    /** When {@link #completeNext} is due, or NEVER. */
    long nextNanos() {
        return due.isEmpty() ? Lateness.NEVER : due.firstKey();
    }

    /** Completes the next due access, which must have this result, and gives its number. */
    int completeNext(Outcome expected) {
        List<Integer> numbers = due.firstEntry().getValue();
        int number = numbers.remove(0);
        if (numbers.isEmpty()) {
            due.pollFirstEntry();
        }
        model.complete(number);
        completeReady(expected);
        return number;
    }

    /** Completes all that is left, in vain, because the channel has ended. Gives how many there were. */
    int completeRest() {
        int count = waiting.size();
        for (Waiting left : waiting) {
            Wrong.unlessSame(Outcome.CHANNEL_OVER, complete(left.access, left.completion), () -> "completing too late");
        }
        waiting.clear();
        due.clear();
        return count;
    }

    /** Completes again something that was completed before; false if there was nothing. */
    boolean repeat(Dice dice) {
        if (used.isEmpty()) {
            return false;
        }
        Completion again = used.get(dice.below(used.size()));
        Outcome outcome = dice.percent(50) ? again.answer(dice.anyLong()) : again.fault();
        Wrong.unlessSame(Outcome.REPEATED, outcome, () -> "completing a second time");
        return true;
    }

    private void completeReady(Outcome expected) {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            if (next.access.end().isPresent()) {
                all.remove();
                Wrong.unlessSame(expected, complete(next.access, next.completion), () -> "completing " + next.access);
            }
        }
    }

    private Outcome complete(Performed access, Completion completion) {
        used.add(completion);
        if (!access.isOk()) {
            return completion.fault();
        }
        return access.isWrite() ? completion.done() : completion.answer(value(access));
    }

    private static void answer(Performed performed, DeviceAccess access) {
        if (!performed.isOk()) {
            access.fault();
        } else if (performed.isWrite()) {
            access.done();
        } else {
            access.answer(value(performed));
        }
    }

    private static long value(Performed access) {
        return access.end().orElseThrow().data();
    }
}
