// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.kvm.WrongValues.Bend;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Records with each bit and number at their edges, and what else a user may say beside a pin. */
@Checks
public class RecordChecks {
    private static final FrameShape RECORD = Registry.standard().shape("RECORD");
    private static final Registry KNOWN = Registry.known();
    private static final int DIGEST = RECORD.field("digest").offset();
    private static final int WINDOW_MAX = 0xffff;

    private static final List<Frame> RECORDS = List.of(
            PinChecks.record(new Choice(2, Forge.FENCE, 8)),
            PinChecks.record(new Choice(1, Forge.POSTED_WRITES, 1)),
            PinChecks.record(new Choice(0, 0, 1)));

    private record Case(Frame right, Bend bend) {
        @Override
        public String toString() {
            return "a record of version %d with %s".formatted(right.get("version"), bend);
        }
    }

    /** Its digest is right, so that nothing else tells. */
    @Test
    @Clause("REC-003")
    void refusesEveryNumberThatNobodyCanHaveAgreedTo(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>(WrongValues.bits(0, DIGEST));
        bends.addAll(WrongValues.edges(RECORD.field("version"), 3, 23, 0x100, 0x101, 0x102, 0x8000, 0x8002));
        bends.addAll(WrongValues.edges(RECORD.field("max_inflight"), 2, 0x100));
        bends.addAll(WrongValues.edges(RECORD.field("features"), 3, 7, 8, 15, 1L << 32));
        bends.addAll(WrongValues.edges(RECORD.field("layout"), 2, 3, 0x11, 0x12, 0x81));
        bends.addAll(WrongValues.edges(RECORD.field("format"), 3, 0x12, 0x20, 0x82));
        List<Case> cases = new ArrayList<>();
        for (Frame right : RECORDS) {
            bends.stream().map(bend -> new Case(right, bend)).forEach(cases::add);
        }
        KvmCases.each(kvm, cases, 60, wrong -> {
            Frame bent = PinChecks.checked(wrong.bend.of(wrong.right));
            if (!isRecord(bent)) {
                kvm.expectError(kvm.ask(PinChecks.pinned(bent)), "usage");
            }
        });
    }

    @Test
    @Clause("REC-003")
    void refusesEveryOtherDigest(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>(WrongValues.edges(RECORD.field("digest"), 2, 0xffff));
        bends.addAll(WrongValues.bits(DIGEST, Registry.FRAME_LENGTH));
        bends.add(new Bend(
                "the digest of all of its bytes", record -> record.with("digest", Forge.digest(List.of(record)))));
        List<Case> cases = new ArrayList<>();
        for (Frame right : RECORDS) {
            bends.stream().map(bend -> new Case(right, bend)).forEach(cases::add);
        }
        KvmCases.each(kvm, cases, 40, wrong -> {
            Frame bent = wrong.bend.of(wrong.right);
            if (!bent.equals(wrong.right)) {
                kvm.expectError(kvm.ask(PinChecks.pinned(bent)), "usage");
            }
        });
    }

    /** Whether what {@code bent} says, the digest of which is right, can have been agreed to. */
    private static boolean isRecord(Frame bent) {
        long version = bent.get("version");
        long layout = bent.get("layout");
        long window = bent.get("max_inflight");
        if (!RECORD.faults(bent.bytes()).isEmpty()
                || bent.get("format") != RECORDS.get(0).get("format")
                || layout > 2
                || version > 2
                || (layout == 0 && version == 0)) {
            return false;
        }
        return window >= 1
                && window <= KNOWN.windowMax((int) version)
                && (bent.get("features") & ~KNOWN.featuresFor((int) version)) == 0;
    }

    /** A record that is right is taken, whatever its numbers and however its digits are written. */
    @Test
    @Clause({"REC-001", "REC-003"})
    void takesEveryRecordThatIsOne(KvmPeer kvm) {
        List<Choice> cases = new ArrayList<>(List.of(new Choice(1, 0, 1), new Choice(1, Forge.POSTED_WRITES, 1)));
        for (int window : new int[] {1, 2, 9, 255, 256, 0x8000, 0xff00, WINDOW_MAX}) {
            for (long features = 0; features <= KvmSession.FEATURES; features += 3) {
                cases.add(new Choice(2, features, window));
            }
        }
        KvmCases.each(kvm, cases, 4, agreed -> {
            for (int layout = 0; layout <= 2; layout++) {
                Frame record = PinChecks.checked(PinChecks.record(agreed).with("layout", layout));
                String digits = PinChecks.hex(record);
                Request connect =
                        KvmSession.connect().with("pin", layout == 0 ? digits : digits.toUpperCase(Locale.ROOT));
                KvmSession talk = KvmSession.detached(kvm, connect);
                Dialect wanted = layout == 2 ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD;
                boolean isInfoWord = (talk.hello().get("read_head") & 0xff) != 0;
                if (isInfoWord != (wanted == Dialect.INFO_WORD)) {
                    throw talk.wire().violation("a HELLO in the layout of the pin, " + wanted.label(), "the other one");
                }
                talk.requireChoice(agreed, talk.select(KvmSession.ALL.withWindow(WINDOW_MAX)));
                Standing.end(talk);
            }
        });
    }

    /** A pin of version 0, and what its user says beside it. */
    private record Beside(String what, Request connect, boolean isTaken) {
        @Override
        public String toString() {
            return "a pin of version 0 beside " + what;
        }
    }

    @Test
    @Clause({"POL-003", "POL-001", "REC-001"})
    void aPinOfVersion0ContradictsWhatItHasNot(KvmPeer kvm) {
        Request pin = PinChecks.pinned(RECORDS.get(2));
        List<Beside> cases = List.of(
                new Beside("nothing", pin, true),
                new Beside("prefer", pin.with("policy", "prefer"), true),
                new Beside("off", pin.with("policy", "off"), true),
                new Beside("require", pin.with("policy", "require"), false),
                new Beside("attached", pin.with("hello", "attached"), true),
                // Without a HELLO it has no effect.
                new Beside("detached", pin.with("hello", "detached"), true),
                new Beside("no version", pin.with("versions", List.of()), true),
                new Beside("version 1", pin.with("versions", List.of(1)), true),
                new Beside("version 2", pin.with("versions", List.of(2)), true),
                new Beside("no feature", pin.with("features", List.of()), true),
                new Beside("a window", pin.with("max_inflight", WINDOW_MAX), true),
                new Beside("a required FENCE", pin.with("require_features", List.of("FENCE")), false),
                new Beside("required POSTED_WRITES", pin.with("require_features", List.of("POSTED_WRITES")), false),
                new Beside(
                        "two required features", pin.with("require_features", List.of("FENCE", "OUT_OF_ORDER")), false),
                new Beside(
                        "all features required",
                        pin.with("require_features", List.of("FENCE", "OUT_OF_ORDER", "POSTED_WRITES")),
                        false));
        KvmCases.each(kvm, cases, cases.size(), beside -> {
            if (!beside.isTaken) {
                kvm.expectError(kvm.ask(beside.connect), "usage");
                return;
            }
            KvmSession talk = KvmSession.withoutHello(kvm, beside.connect);
            talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 3);
            Standing.end(talk);
        });
    }
}
