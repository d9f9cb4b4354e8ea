// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word.Bytes;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Answers with one bit changed, wherever it is, and answers that are junk. */
@Checks
public class CorruptedFrameChecks {
    private static final int BITS = 8 * Registry.FRAME_LENGTH;

    /** In every state in which K looks at the device's answer. */
    @Property
    @Clause({"FAI-003", "FAI-001", "FAI-004", "V2-005"})
    void outlivesJunkWithEveryAccessEnded(
            KvmPeer kvm,
            @ForAll @IntRange(min = 1, max = 4) int count,
            @ForAll(supplier = Bytes.class) List<Byte> junk,
            @ForAll @IntRange(min = 1, max = 200) int length) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        List<Ticket> reads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            reads.add(kvm.ask(Request.read(KvmSession.MEMORY)));
            talk.wire().expect(Dialect.TAGGED.command());
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = junk.get(i % junk.size());
        }
        // No known status, wherever the frames begin.
        for (int i = 12; i < length; i += Registry.FRAME_LENGTH) {
            bytes[i] |= 8;
        }
        talk.wire().sendBytes(bytes);
        talk.wire().finish();
        talk.expectBroken(reads.toArray(Ticket[]::new));
        talk.expectNextIsNotSent();
    }

    @Test
    @Clause("REC-003")
    void refusesARecordWithAnyBitChanged(KvmPeer kvm) {
        Frame record = PinChecks.record(new Choice(2, Forge.FENCE, 8));
        for (int bit = 0; bit < BITS; bit++) {
            kvm.expectError(kvm.ask(PinChecks.pinned(bent(record, bit))), "usage");
        }
        for (int index : record.shape().reservedBytes()) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                kvm.expectError(kvm.ask(PinChecks.pinned(PinChecks.checked(bent(record, 8 * index + bit)))), "usage");
            }
        }
    }

    private static Frame bent(Frame frame, int bit) {
        return Forge.withByte(frame, bit / 8, frame.at(bit / 8) ^ 1 << bit % 8);
    }
}
