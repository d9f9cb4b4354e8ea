// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Records and pins: what was agreed once is agreed again, or nothing is. */
@Checks
public class PinChecks {
    private static final long WINDOW_MISSING = 1L << 63;
    private static final long VERSION_MISSING = 1L << 62;
    private static final int DIGEST_OFFSET =
            Registry.standard().shape("RECORD").field("digest").offset();
    private static final long UNREGISTERED_FEATURE = 1L << 40;
    private static final long GREASE_FEATURE =
            Long.lowestOneBit(Registry.standard().greaseFeatures());
    private static final Frame VERSION_0 = record(new Choice(0, 0, 1));

    @Test
    @Clause({"REC-001", "POL-002"})
    void selectsExactlyTheRecord(KvmPeer kvm) {
        for (Choice agreed : List.of(
                new Choice(2, Forge.FENCE, 8),
                new Choice(2, 0, 1),
                new Choice(1, 0, 1),
                new Choice(1, Forge.POSTED_WRITES, 1))) {
            KvmSession talk = KvmSession.detached(kvm, pinned(agreed));
            Frame select = talk.select(KvmSession.ALL);
            talk.requireChoice(agreed, select);
            kvm.ask(Request.of("close"));
        }
    }

    /** The pin takes the place of the window that the user has set, which is 64 by default. */
    @Test
    @Clause({"REC-005", "REC-001"})
    void thePinnedWindowIsSelectedWhateverTheUsersIs(KvmPeer kvm) {
        for (int window : new int[] {1, 200, 0xffff}) {
            KvmSession talk =
                    KvmSession.detached(kvm, pinned(new Choice(2, 0, window)).with("max_inflight", 5));
            Frame select = talk.select(KvmSession.ALL.withWindow(0xffff));
            talk.wire().require("max_inflight", window, select.get("max_inflight"));
            kvm.ask(Request.of("close"));
        }
    }

    /** The HELLO's, and the one that the driver tells. */
    @Test
    @Clause({"REC-005", "DRV-006"})
    void theLayoutThatTheUserNamesGoesBeforeThatOfTheRecord(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            int other = layout == Dialect.INFO_WORD ? 2 : 1;
            Frame record = checked(record(new Choice(2, 0, 8)).with("layout", other));
            KvmSession talk = KvmSession.detached(kvm, pinned(record).with("layout", layout.label()));
            HelloChecks.requireEightBitRead(talk, layout);
            talk.open(KvmSession.ALL);
            // No FENCE was agreed: the answer tells of a channel that is open.
            DriverRequestChecks.requireLayout(
                    layout.label(), kvm.expectError(kvm.ask(Request.of("fence")), "not-sent"));
            kvm.ask(Request.of("close"));
        }
    }

    @Test
    @Clause({"SEL-006", "OFR-012"})
    void aWindowOf0IsNamedBeforeThePin(KvmPeer kvm) {
        KvmSession.detached(kvm, pinned(new Choice(2, Forge.FENCE, 8))).aborts(new Terms(0b001, 0, 0), "BAD_WINDOW", 0);
    }

    @Test
    @Clause("REC-001")
    void aPinRunsUnderRequire(KvmPeer kvm) {
        for (Choice agreed : List.of(new Choice(2, 0, 8), new Choice(1, 0, 1))) {
            KvmSession talk = KvmSession.detached(kvm, pinned(agreed));
            talk.requireDetached();
            talk.failsOn(Dialect.INFO_WORD.response().blank());
        }
    }

    @Test
    @Clause("REC-002")
    void abortsWhereTheRecordCannotBeHad(KvmPeer kvm) {
        Choice agreed = new Choice(2, Forge.FENCE | Forge.OUT_OF_ORDER, 8);
        misses(kvm, agreed, KvmSession.ALL.withWindow(7), WINDOW_MISSING);
        misses(kvm, agreed, new Terms(0b011, KvmSession.FEATURES, 8), VERSION_MISSING);
        misses(kvm, agreed, new Terms(KvmSession.VERSIONS, Forge.FENCE, 64), Forge.OUT_OF_ORDER);
        misses(kvm, agreed, new Terms(0b011, 0, 1), WINDOW_MISSING | VERSION_MISSING | agreed.features());
    }

    @Test
    @Clause("REC-003")
    void refusesARecordThatIsNone(KvmPeer kvm) {
        Frame record = record(new Choice(2, Forge.FENCE, 8));
        for (int index : new int[] {0, 3, 4, 5, 6, 7, 12, 24, DIGEST_OFFSET}) {
            Frame bent = Forge.withByte(record, index, record.at(index) ^ 0x40);
            kvm.expectError(kvm.ask(pinned(index == DIGEST_OFFSET ? bent : checked(bent))), "usage");
        }
    }

    @Test
    @Clause("REC-003")
    void refusesARecordOfAnotherFormatOrKind(KvmPeer kvm) {
        Frame record = record(new Choice(2, Forge.FENCE, 8));
        for (int format : new int[] {0, 1, 3, 0xff}) {
            kvm.expectError(kvm.ask(pinned(checked(record.with("format", format)))), "usage");
        }
        int kept = Registry.standard().code("kinds", "KEPT_83");
        for (int kind : new int[] {0, 1, 8, 10, kept, 0xff}) {
            kvm.expectError(kvm.ask(pinned(checked(record.with("kind", kind)))), "usage");
        }
        // As the first draft had it: a marker of five bytes, kind, format.
        Frame firstDraft = Forge.withByte(record, 5, (int) record.get("kind")).with("kind", kept);
        kvm.expectError(kvm.ask(pinned(checked(firstDraft.with("format", 1)))), "usage");
    }

    @Test
    @Clause("REC-003")
    void refusesARecordOfWhatCannotHaveBeenAgreed(KvmPeer kvm) {
        for (Choice impossible : List.of(
                new Choice(Registry.standard().unusedCode("versions"), 0, 1),
                new Choice(0xffff, 0, 1),
                new Choice(2, 0, 0),
                new Choice(1, 0, 0),
                new Choice(1, 0, 2),
                new Choice(0, 0, 2),
                new Choice(1, Forge.OUT_OF_ORDER, 1),
                new Choice(1, Forge.POSTED_WRITES | Forge.FENCE, 1),
                new Choice(0, Forge.POSTED_WRITES, 1),
                new Choice(2, UNREGISTERED_FEATURE, 8),
                new Choice(2, GREASE_FEATURE, 8))) {
            kvm.expectError(kvm.ask(pinned(impossible)), "usage");
        }
    }

    @Test
    @Clause("REC-003")
    void refusesARecordOfVersion0WithoutALayout(KvmPeer kvm) {
        kvm.expectError(kvm.ask(pinned(checked(VERSION_0.with("layout", 0)))), "usage");
        for (int layout : new int[] {3, 0xff}) {
            kvm.expectError(kvm.ask(pinned(checked(VERSION_0.with("layout", layout)))), "usage");
            kvm.expectError(kvm.ask(pinned(checked(record(new Choice(2, 0, 8)).with("layout", layout)))), "usage");
        }
    }

    @Test
    @Clause("POL-003")
    void aPinThatContradictsThePolicyIsRefused(KvmPeer kvm) {
        Request pin = pinned(new Choice(2, 0, 8));
        kvm.expectError(kvm.ask(pin.with("policy", "off")), "usage");
        kvm.expectError(kvm.ask(pinned(new Choice(1, 0, 1)).with("policy", "off")), "usage");
        // A pin runs under REQUIRE, which needs a detached HELLO.
        kvm.expectError(kvm.ask(pin.with("hello", "attached")), "usage");
        kvm.expectError(kvm.ask(pinned(VERSION_0).with("policy", "require")), "usage");
    }

    @Test
    @Clause("POL-003")
    void aPinOfAVersionThatIsNotAllowedIsRefused(KvmPeer kvm) {
        kvm.expectError(kvm.ask(pinned(new Choice(2, 0, 8)).with("versions", List.of(1))), "usage");
        kvm.expectError(kvm.ask(pinned(new Choice(1, 0, 1)).with("versions", List.of(2))), "usage");
        kvm.expectError(kvm.ask(pinned(new Choice(1, 0, 1)).with("versions", List.of())), "usage");
    }

    @Test
    @Clause("POL-003")
    void aPinOfFeaturesThatAreNotAllowedIsRefused(KvmPeer kvm) {
        Request pin = pinned(new Choice(2, Forge.FENCE | Forge.POSTED_WRITES, 8));
        kvm.expectError(kvm.ask(pin.with("features", List.of("FENCE"))), "usage");
        kvm.expectError(kvm.ask(pin.with("features", List.of())), "usage");
    }

    @Test
    @Clause("POL-003")
    void aPinThatLacksARequiredFeatureIsRefused(KvmPeer kvm) {
        Request pin = pinned(new Choice(2, Forge.POSTED_WRITES, 8));
        kvm.expectError(kvm.ask(pin.with("require_features", List.of("FENCE"))), "usage");
        kvm.expectError(kvm.ask(pinned(VERSION_0).with("require_features", List.of("FENCE"))), "usage");
    }

    @Test
    @Clause({"POL-001", "REC-005", "REC-006"})
    void aPinOfVersion0SendsNoHello(KvmPeer kvm) {
        KvmSession.withoutHello(kvm, pinned(VERSION_0)).expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 3);
        kvm.expectDone(kvm.ask(Request.of("close")));
        // The layout is the pin's if the user names none.
        KvmSession.withoutHello(kvm, pinned(checked(VERSION_0.with("layout", 2))))
                .expectLegacyRead(Dialect.BYTE_FIELDS, KvmSession.MEMORY, 4);
        kvm.expectDone(kvm.ask(Request.of("close")));
        KvmSession.withoutHello(kvm, pinned(VERSION_0).with("versions", List.of(2)))
                .expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 5);
    }

    private static void misses(KvmPeer kvm, Choice agreed, Terms terms, long detail) {
        KvmSession.detached(kvm, pinned(agreed)).aborts(terms, "PIN_UNSATISFIED", detail);
    }

    private static Request pinned(Choice agreed) {
        return pinned(record(agreed));
    }

    /** A connect with this record as its pin. */
    static Request pinned(Frame record) {
        return KvmSession.connect().with("pin", hex(record));
    }

    /** A record as the driver takes it. */
    static String hex(Frame record) {
        return HexFormat.of().formatHex(record.bytes());
    }

    /** The record of what was agreed; its layout is info-word. */
    static Frame record(Choice agreed) {
        return checked(Forge.blank("RECORD")
                .with("layout", 1)
                .with("version", agreed.version())
                .with("max_inflight", agreed.maxInflight())
                .with("features", agreed.features()));
    }

    /** A record whose digest covers its other bytes. */
    static Frame checked(Frame record) {
        CRC32C crc = new CRC32C();
        crc.update(record.bytes(), 0, DIGEST_OFFSET);
        return record.with("digest", crc.getValue());
    }
}
