// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.ioregionfd.conformance.simulation.ModelDevice.Holding;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.Layout;

/** What commands of each version have to come to at a device side. */
final class ExpectedCommands {
    /** Of a command: whether the channel goes on. */
    enum Verdict {
        SERVED,
        VIOLATION
    }

    private static final int RESP = 1;

    private final ModelDevice device;
    /** Every command that was taken, in order. */
    private final List<Performed> arrived;

    private final List<Due> due;
    /** Version 2: started, and its response not handed to the channel [VIO-006]. */
    private final List<Performed> pending = new ArrayList<>();

    /** The access that its device has deferred and that lets nothing start before it has completed. */
    private Optional<Performed> holdsBack = Optional.empty();

    /** Of versions 0 and 1: what happens when that access has completed. */
    private Consumer<Performed> then = access -> {};

    private Due.Place place = Due.Place.IN_ORDER;
    private int cause;

    ExpectedCommands(ModelDevice device, List<Performed> arrived, List<Due> due) {
        this.device = device;
        this.arrived = arrived;
        this.due = due;
    }

    /** Whether nothing may be started [ORD-001, V0-016, V1-003, HEL-011]. */
    boolean isHeldBack() {
        return holdsBack.isPresent();
    }

    /** What devices have completed since is with the machine now. */
    void takeCompletions() {
        if (holdsBack.isPresent() && !holdsBack.orElseThrow().held) {
            Performed done = holdsBack.orElseThrow();
            holdsBack = Optional.empty();
            then.accept(done);
        }
        answerReady();
    }

    /** [V0-010 to V0-017] but for the marker, which is the caller's affair. */
    Verdict versionZero(byte[] frame, Layout layout) {
        int cmd = layout == Layout.INFO_WORD ? Octets.u8(frame, 0) & 0xF : Octets.u8(frame, 0);
        int exponent = layout == Layout.INFO_WORD ? Octets.u8(frame, 0) >>> 4 & 3 : Octets.u8(frame, 1) & 0xF;
        int resp = layout == Layout.INFO_WORD ? Octets.u8(frame, 0) >>> 6 & 1 : Octets.u8(frame, 1) >>> 4 & 1;
        if (cmd > 1) {
            return Verdict.VIOLATION;
        }
        if (exponent > 3) {
            // [V0-014] an access error without a valid size, which reaches no device
            if (cmd == 0 || resp == RESP) {
                respond(-1L);
            }
            return Verdict.SERVED;
        }
        Performed access = perform(frame, cmd == 0 ? Performed.READ : Performed.WRITE, exponent, Holding.NEVER);
        alone(access, "version 0", cmd == 0 || resp == RESP ? done -> respond(done.value) : done -> {});
        return Verdict.SERVED;
    }

    /** [HEL-011] The READ of an attached HELLO, with what is to be done with the OFFER's value when there is one. */
    void attached(byte[] hello, Layout layout, LongConsumer offer) {
        int exponent = layout == Layout.INFO_WORD ? Octets.u8(hello, 0) >>> 4 & 3 : Octets.u8(hello, 1) & 3;
        Performed read = perform(hello, Performed.READ, exponent, Holding.NEVER);
        alone(read, "an attached HELLO", done -> offer.accept(done.value));
    }

    /** [V1-003, VIO-001, VIO-002, VIO-005] */
    Verdict versionOne(byte[] frame, Agreement agreement) {
        long head = Octets.u64(frame, 0);
        int cmd = (int) head & 0xF;
        int resp = (int) (head >>> 6) & 1;
        boolean fits = cmd == 0
                ? resp == RESP && Octets.u64(frame, 24) == 0
                : resp == RESP || agreement.has(Feature.POSTED_WRITES);
        if (head >>> 7 != 0 || cmd > 1 || !fits) {
            return Verdict.VIOLATION;
        }
        int op = cmd == 0 ? Performed.READ : Performed.WRITE;
        Performed access = perform(frame, op, (int) head >>> 4 & 3, Holding.NEVER);
        alone(access, "version 1", resp == RESP ? done -> respond(done.value) : done -> {});
        return Verdict.SERVED;
    }

    Verdict versionTwo(byte[] frame, Agreement agreement) {
        int tag = Octets.u32(frame, 4);
        boolean wanted = Octets.u16(frame, 2) == 1;
        // [VIO-006]
        boolean excess = wanted
                && (pending.size() >= agreement.maxInflight()
                        || pending.stream().anyMatch(command -> command.tag == tag));
        if (breaks(frame, agreement) || excess) {
            return Verdict.VIOLATION;
        }
        int op = Octets.u8(frame, 0);
        Performed command;
        if (op == Performed.FENCE) {
            command = new Performed(op, 0, 0, 0, 0);
            arrived.add(command);
        } else {
            // A window of 1 leaves no room for what would release it [DEV-002]
            Holding holding = agreement.maxInflight() > 1 ? Holding.POSSIBLE : Holding.NEVER;
            command = perform(frame, op, Octets.u8(frame, 1), holding);
            if (command.held && (op == Performed.WRITE || holding == Holding.NEVER)) {
                // [ORD-001]
                holdsBack = Optional.of(command);
                then = done -> {};
            }
        }
        command.tag = tag;
        command.by = "version 2";
        if (wanted) {
            pending.add(command);
        }
        place = agreement.has(Feature.OUT_OF_ORDER) ? Due.Place.ANYWHERE : Due.Place.IN_ORDER;
        answerReady();
        return Verdict.SERVED;
    }

    /** [VIO-001, VIO-003, VIO-004, VIO-005] */
    private static boolean breaks(byte[] frame, Agreement agreement) {
        int op = Octets.u8(frame, 0);
        int flags = Octets.u16(frame, 2);
        boolean isFence = op == Performed.FENCE && agreement.has(Feature.FENCE);
        boolean isAccess = op == Performed.READ || op == Performed.WRITE;
        boolean fields = isFence
                ? Octets.u8(frame, 1) == 0 && Octets.firstNonZero(frame, 8, Octets.LENGTH) < 0
                : isAccess && Octets.u8(frame, 1) <= 3 && (op == Performed.WRITE || Octets.u64(frame, 24) == 0);
        boolean response = flags == 1
                ? Octets.u32(frame, 4) != 0
                : flags == 0
                        && op == Performed.WRITE
                        && Octets.u32(frame, 4) == 0
                        && agreement.has(Feature.POSTED_WRITES);
        return Octets.isMarkedByK(frame) || !fields || !response;
    }

    /** [ORD-003, ORD-004, FEA-001] */
    private void answerReady() {
        cause++;
        Iterator<Performed> commands = pending.iterator();
        Optional<Performed> waits = Optional.empty();
        while (commands.hasNext() && (place == Due.Place.ANYWHERE || waits.isEmpty())) {
            Performed command = commands.next();
            boolean isFence = command.op == Performed.FENCE;
            if (command.held || (isFence && waits.isPresent())) {
                waits = Optional.of(command);
                command.late = true;
                continue;
            }
            if (isFence) {
                command.ok(0);
            }
            command.overtook = waits.isPresent();
            commands.remove();
            byte[] response = new byte[Octets.LENGTH];
            Octets.set64(response, 0, command.value);
            Octets.set32(response, 8, command.tag);
            Octets.set16(response, 12, command.status);
            due.add(new Due(response, cause, isFence && place == Due.Place.ANYWHERE ? Due.Place.LAST : place));
        }
    }

    /** Lets what is to be done with an access happen when it has completed, and nothing be started before. */
    private void alone(Performed access, String by, Consumer<Performed> done) {
        access.by = by;
        if (access.held) {
            holdsBack = Optional.of(access);
            then = done;
        } else {
            done.accept(access);
        }
    }

    private Performed perform(byte[] frame, int op, int exponent, Holding holding) {
        Performed access =
                new Performed(op, Octets.u64(frame, 8), Octets.u64(frame, 16), exponent, Octets.u64(frame, 24));
        arrived.add(access);
        return device.perform(access, holding);
    }

    private void respond(long data) {
        cause++;
        byte[] response = new byte[Octets.LENGTH];
        Octets.set64(response, 0, data);
        due.add(new Due(response, cause, Due.Place.IN_ORDER));
    }
}
