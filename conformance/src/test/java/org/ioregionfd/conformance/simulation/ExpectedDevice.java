// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.simulation.ExpectedCommands.Verdict;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Policy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;

/** Section 6.1 of the document once more: what a device side has to make of each frame. */
final class ExpectedDevice {
    enum State {
        UNNEGOTIATED,
        OFFERED,
        OPEN,
        /** After a REJECT [REJ-001]. */
        DRAINING,
        CLOSED
    }

    private static final long GREASE = 0x7FFF_0000_0000_0000L;
    private static final int NUMBER_MAX = 23;

    private final DevicePolicy policy;
    private final ModelDevice device;
    private final List<Performed> arrived = new ArrayList<>();
    private final List<Due> due = new ArrayList<>();
    private final ExpectedCommands commands;
    private State state = State.UNNEGOTIATED;
    private byte[] hello = new byte[0];
    private byte[] offer = new byte[0];
    private Optional<Agreement> agreement = Optional.empty();
    private int offers;

    ExpectedDevice(DevicePolicy policy, Lateness lateness) {
        this.policy = policy;
        device = new ModelDevice(lateness);
        commands = new ExpectedCommands(device, arrived, due);
    }

    State state() {
        return state;
    }

    ModelDevice device() {
        return device;
    }

    List<Performed> arrived() {
        return arrived;
    }

    List<Due> due() {
        return due;
    }

    Optional<Agreement> agreement() {
        return agreement;
    }

    int offers() {
        return offers;
    }

    void close() {
        state = State.CLOSED;
    }

    /** Whether the channel serves, and an access that its device has deferred lets nothing start. */
    boolean isHeldBack() {
        return isServing() && commands.isHeldBack();
    }

    /** The channel has been called since devices completed what they have completed. */
    void takeCompletions() {
        if (isServing()) {
            commands.takeCompletions();
        }
    }

    boolean isServing() {
        return state != State.DRAINING && state != State.CLOSED;
    }

    void take(byte[] frame) {
        Wrong.unless(!isHeldBack(), () -> "D takes a frame while an access holds back all others");
        switch (state) {
            case UNNEGOTIATED -> inUnnegotiated(frame);
            case OFFERED -> inOffered(frame);
            case OPEN -> inOpen(frame, agreement.orElseThrow());
            // [DST-007]
            case DRAINING, CLOSED -> {}
        }
    }

    private void inUnnegotiated(byte[] frame) {
        // [POL-005]
        if (policy.policy() == Policy.OFF) {
            settle(commands.versionZero(frame, policy.layout()));
        } else if (Octets.isMarkedByK(frame)) {
            // [DST-002]
            layoutOfHello(frame).ifPresentOrElse(layout -> offer(frame, layout), this::close);
        } else if (policy.policy() == Policy.REQUIRE || isReadAtHelloOffset(frame)) {
            // [POL-004, DST-003]
            close();
        } else {
            settle(commands.versionZero(frame, policy.layout()));
        }
    }

    private void inOffered(byte[] frame) {
        Optional<Layout> layout = layoutOfHello(frame);
        if (!Octets.isMarkedByK(frame)) {
            // [DST-005]
            close();
        } else if (layout.isPresent()) {
            // [DST-004]
            offer(frame, layout.get());
        } else if (Octets.isFromK(frame, Octets.ABORT)) {
            // [ABT-003]
            close();
        } else if (Octets.isFromK(frame, Octets.SELECT)) {
            select(frame);
        } else {
            // [SEL-010]
            reject(9, Octets.kindFromK(frame));
        }
    }

    private void inOpen(byte[] frame, Agreement terms) {
        settle(
                switch (terms.version()) {
                    // [V0-017]
                    case LEGACY ->
                        Octets.isMarkedByK(frame) ? Verdict.VIOLATION : commands.versionZero(frame, terms.layout());
                    case EXACT -> commands.versionOne(frame, terms);
                    case TAGGED -> commands.versionTwo(frame, terms);
                });
    }

    private void settle(Verdict verdict) {
        if (verdict == Verdict.VIOLATION) {
            close();
        }
    }

    private void offer(byte[] frame, Layout layout) {
        // [HEL-012]
        if (Octets.u64(frame, 16) == Octets.HELLO_OFFSET) {
            offer(frame, 0);
        } else {
            commands.attached(frame, layout, value -> offer(frame, value));
        }
    }

    private void offer(byte[] frame, long value) {
        hello = frame;
        offers++;
        offer = offer(policy, value, Octets.u8(frame, 7));
        send(offer);
        state = State.OFFERED;
    }

    /** [OFR-002 to OFR-006, GRS-001] */
    static byte[] offer(DevicePolicy policy, long value, int nonce) {
        byte[] frame = Octets.markedByD(Octets.OFFER);
        boolean greased = policy.policy() != Policy.REQUIRE;
        int versions = policy.versions().bits() | (policy.policy() == Policy.ALLOW ? 1 : 0);
        long features = policy.features().bits();
        Octets.set64(frame, 0, value);
        Octets.set16(frame, 14, (versions & 4) != 0 ? policy.maxInflight() : 1);
        Octets.set64(frame, 16, greased ? features | policy.grease().features().bits() : features);
        Octets.set32(frame, 24, greased ? versions | policy.grease().versions().bits() : versions);
        frame[13] = (byte) nonce;
        return frame;
    }

    /** [SEL-011 to SEL-017] in this order. */
    private void select(byte[] select) {
        int reserved = firstReserved(select);
        int version = Octets.u16(select, 8);
        int window = Octets.u16(select, 10);
        long features = Octets.u64(select, 16);
        int digest = Octets.digest(hello, offer, select);
        boolean listed = version <= NUMBER_MAX && (Octets.u32(offer, 24) & 1 << version) != 0;
        int windowMax = version == 2 ? Octets.u16(offer, 14) : 1;
        long notOffered = features & ~(Octets.u64(offer, 16) & ~GREASE);
        long dangling = features & ~possibleWith(version);
        long missing = policy.requiredFeatures().bits() & ~features;
        if (reserved >= 0) {
            reject(8, reserved);
        } else if (Octets.u32(select, Octets.DIGEST) != digest) {
            reject(7, Integer.toUnsignedLong(digest));
        } else if (!listed) {
            reject(2, version);
        } else if (window < 1 || window > windowMax) {
            reject(6, windowMax);
        } else if (notOffered != 0) {
            reject(3, notOffered);
        } else if (dangling != 0) {
            reject(4, dangling);
        } else if (missing != 0) {
            reject(5, missing);
        } else {
            accept(select);
        }
    }

    /** [ACC-001, DIG-002] */
    private void accept(byte[] select) {
        byte[] accept = Octets.markedByD(Octets.ACCEPT);
        Octets.set16(accept, 14, Octets.u16(select, 10));
        Octets.set64(accept, 16, Octets.u64(select, 16));
        Octets.set16(accept, 24, Octets.u16(select, 8));
        Octets.set32(accept, Octets.DIGEST, Octets.digest(hello, offer, select, accept));
        send(accept);
        agreement = Optional.of(new Agreement(
                ProtocolVersion.of(Octets.u16(select, 8)).orElseThrow(),
                new FeatureSet(Octets.u64(select, 16)),
                Octets.u16(select, 10),
                layoutOfHello(hello).orElseThrow()));
        state = State.OPEN;
    }

    private void reject(int reason, long detail) {
        byte[] reject = Octets.markedByD(Octets.REJECT);
        Octets.set16(reject, 14, reason);
        Octets.set64(reject, 16, detail);
        send(reject);
        state = State.DRAINING;
    }

    private void send(byte[] frame) {
        due.add(new Due(frame, 0, Due.Place.IN_ORDER));
    }

    static long possibleWith(int version) {
        return switch (version) {
            case 0 -> 0;
            case 1 -> 1;
            default -> 7;
        };
    }

    private static int firstReserved(byte[] select) {
        int at = Octets.firstNonZero(select, 1, 2);
        at = at < 0 ? Octets.firstNonZero(select, 7, 8) : at;
        at = at < 0 ? Octets.firstNonZero(select, 12, 16) : at;
        return at < 0 ? Octets.firstNonZero(select, 24, 28) : at;
    }

    private boolean isReadAtHelloOffset(byte[] frame) {
        int first = Octets.u8(frame, 0);
        boolean isRead = policy.layout() == Layout.INFO_WORD ? (first & 0xF) == 0 : first == 0;
        return isRead && Octets.u64(frame, 16) == Octets.HELLO_OFFSET;
    }

    /** [HEL-010] */
    static Optional<Layout> layoutOfHello(byte[] frame) {
        if (!Octets.isFromK(frame, Octets.HELLO)) {
            return Optional.empty();
        }
        int first = Octets.u8(frame, 0);
        int second = Octets.u8(frame, 1);
        if ((first == 0x40 || first == 0x50 || first == 0x60 || first == 0x70) && second == 0) {
            return Optional.of(Layout.INFO_WORD);
        }
        boolean head = second <= 3 || (second >= 0x10 && second <= 0x13);
        return first == 0 && head ? Optional.of(Layout.BYTE_FIELDS) : Optional.empty();
    }
}
