// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When an agreement may be saved [REC-004]. */
class KvmRecordTest {
    private static final KvmCommand POSTED = KvmCommand.write(1, 0, 4, 1).posted();

    private static Optional<String> objection(KvmHarness kvm) {
        return kvm.side.objectionToRecord();
    }

    @Test
    void notBeforeAnythingIsSettled() {
        KvmHarness kvm = KvmHarness.prefer();
        assertTrue(objection(kvm).isPresent());
        kvm.negotiate();
        assertTrue(objection(kvm).isPresent());
    }

    @Test
    void notWhileAResponseIsOutstandingAlsoOneThatNobodyWaitsFor() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        assertEquals(Optional.empty(), objection(kvm));
        KvmAccess<String> read = kvm.read("r", 0);
        byte[] command = kvm.next();
        assertTrue(objection(kvm).orElseThrow().endsWith("[REC-004]"));
        kvm.side.abandon(read, "gone", kvm.nowNanos);
        assertTrue(objection(kvm).isPresent());
        kvm.receive(Frames.response(command, 0, 1));
        assertEquals(Optional.empty(), objection(kvm));
    }

    @Test
    void onlyAfterALaterFenceWhereAWriteWasPosted() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        kvm.submit("f1", KvmCommand.fence());
        byte[] earlier = kvm.next();
        kvm.submit("p", POSTED);
        kvm.next();
        kvm.receive(Frames.response(earlier, 0, 1));
        assertTrue(objection(kvm).orElseThrow().endsWith("[REC-004]"));
        kvm.read("r", 0);
        kvm.receive(Frames.response(kvm.next(), 0, 1));
        assertTrue(objection(kvm).isPresent());
        kvm.submit("f2", KvmCommand.fence());
        kvm.receive(Frames.response(kvm.next(), 0, 2));
        assertTrue(objection(kvm).isPresent(), "a FENCE that was not answered with OK vouches for nothing");
        kvm.submit("f3", KvmCommand.fence());
        kvm.receive(Frames.response(kvm.next(), 0, 1));
        assertEquals(Optional.empty(), objection(kvm));
    }

    /** Commands start in order, so any answer vouches for the WRITEs before its command. */
    @Test
    void afterAnyLaterAnswerWhereThereIsNoFence() {
        KvmHarness kvm = KvmHarness.open(1, 1, 3);
        assertEquals(Optional.empty(), objection(kvm));
        kvm.submit("p", POSTED);
        kvm.next();
        assertTrue(objection(kvm).orElseThrow().endsWith("[REC-004]"));
        kvm.read("r", 0);
        kvm.next();
        assertTrue(objection(kvm).isPresent());
        kvm.receive(Frames.response(0));
        assertEquals(Optional.empty(), objection(kvm));
    }

    @Test
    void notOfAChannelThatFailed() {
        KvmHarness kvm = KvmHarness.openTagged(4);
        kvm.peerCloses();
        assertTrue(objection(kvm).isPresent());
    }
}
