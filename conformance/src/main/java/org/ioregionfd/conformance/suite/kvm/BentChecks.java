// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite.kvm;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.arbitraries.Bytes;
import org.ioregionfd.conformance.engine.Clause;
import org.ioregionfd.conformance.forge.Dialect;
import org.ioregionfd.conformance.forge.Forge;
import org.ioregionfd.conformance.forge.Forge.Choice;
import org.ioregionfd.conformance.forge.Forge.Terms;
import org.ioregionfd.conformance.oracle.Digest;
import org.ioregionfd.conformance.oracle.Frame;
import org.ioregionfd.conformance.oracle.Registry;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.suite.Checks;
import org.junit.jupiter.api.Test;

/** Answers with one bit changed, wherever it is, and answers that are junk. */
@Checks
public class BentChecks {
    private static final int BITS = 8 * Registry.FRAME_LENGTH;
    private static final int DIGEST_BIT = 28 * 8;
    private static final int OK = Registry.standard().code("statuses", "OK");

    @Property
    @Clause({"ACC-002", "ACC-003", "REJ-002", "ABT-001"})
    void failsOnAnAcceptWithAnyBitChanged(
            KvmPeer kvm, @ForAll @IntRange(max = BITS - 1) int bit, @ForAll boolean isSealed) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached());
        Frame offer = talk.offer(KvmTalk.ALL);
        Frame select = talk.select(offer);
        Frame bent = bent(Forge.accept(talk.hello(), offer, select), bit);
        boolean isDigest = bit >= DIGEST_BIT;
        talk.wire()
                .send(
                        isSealed && !isDigest
                                ? bent.with("digest", Digest.of(List.of(talk.hello(), offer, select, bent)))
                                : bent);
        talk.expectFailed();
    }

    @Property
    @Clause({"OFR-010", "ABT-001"})
    void failsOnAnOfferWithAnyBitOfTheNonceChanged(KvmPeer kvm, @ForAll @IntRange(max = 31) int bit) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached());
        talk.wire().send(bent(talk.offer(KvmTalk.ALL), DIGEST_BIT + bit));
        talk.expectFailed();
    }

    /** Bytes 8..31: tag, status and what is reserved. */
    @Property
    @Clause({"V2-005", "FAI-001", "FAI-003"})
    void failsOnAResponseOfVersion2WithAnyBitChanged(KvmPeer kvm, @ForAll @IntRange(min = 64, max = BITS - 1) int bit) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
        Frame command = talk.wire().expect(Dialect.TAGGED.command());
        Frame response = bent(
                Dialect.TAGGED
                        .response()
                        .blank()
                        .with("tag", command.get("tag"))
                        .with("status", OK),
                bit);
        // One bit makes another status of OK, which is an access error and no fault.
        Assume.that(response.get("status") != Registry.standard().code("statuses", "BAD_OFFSET"));
        talk.wire().send(response);
        talk.wire().expectClosed();
        kvm.expectError(read, "maybe-executed");
    }

    @Property
    @Clause({"V1-004", "KST-008", "FAI-001"})
    void failsOnAResponseOfVersion1WithAnyBitChanged(KvmPeer kvm, @ForAll @IntRange(min = 64, max = BITS - 1) int bit) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(new Terms(0b011, 0, 1));
        Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
        talk.wire().expect(Dialect.INFO_WORD.command());
        talk.wire().send(bent(Dialect.INFO_WORD.response().blank(), bit));
        talk.wire().expectClosed();
        kvm.expectError(read, "maybe-executed");
    }

    /** In every state in which the answer of the device is looked at. */
    @Property
    @Clause({"FAI-003", "FAI-001", "FAI-004", "V2-005"})
    void outlivesJunkWithEveryAccessEnded(
            KvmPeer kvm,
            @ForAll @IntRange(min = 1, max = 4) int count,
            @ForAll(supplier = Bytes.class) List<Byte> junk,
            @ForAll @IntRange(min = 1, max = 200) int length) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        List<Ticket> reads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            reads.add(kvm.ask(Request.read(KvmTalk.MEMORY)));
            talk.wire().expect(Dialect.TAGGED.command());
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = junk.get(i % junk.size());
        }
        // No status that is known, wherever the frames begin.
        for (int i = 12; i < length; i += Registry.FRAME_LENGTH) {
            bytes[i] |= 8;
        }
        talk.wire().sendBytes(bytes);
        talk.wire().finish();
        talk.wire().expectClosed();
        reads.forEach(read -> kvm.expectError(read, "maybe-executed"));
        talk.expectNextIsNotSent();
    }

    @Test
    @Clause("REC-003")
    void refusesARecordWithAnyBitChanged(KvmPeer kvm) {
        Frame record = PinChecks.record(new Choice(2, KvmTalk.FENCE, 8));
        for (int bit = 0; bit < BITS; bit++) {
            kvm.expectError(kvm.ask(PinChecks.pinned(bent(record, bit))), "usage");
        }
        for (int index : new int[] {12, 13, 14, 15, 24, 25, 26, 27}) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                kvm.expectError(kvm.ask(PinChecks.pinned(PinChecks.checked(bent(record, 8 * index + bit)))), "usage");
            }
        }
    }

    private static Frame bent(Frame frame, int bit) {
        return Forge.bent(frame, bit / 8, frame.at(bit / 8) ^ 1 << bit % 8);
    }
}
