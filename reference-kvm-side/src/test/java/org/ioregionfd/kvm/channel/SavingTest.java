// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.Saving;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.wire.ProtocolVersion;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class SavingTest extends OnEveryTransport {
    @Test
    void pinsOnAnotherChannelWhatWasAgreedOnOne() throws Exception {
        try (ScriptedPeer peer = aware()) {
            Saving.Saved saved;
            try (KvmChannel channel = connect(
                    peer,
                    ScriptedPeer.patient().policy(Policy.REQUIRE).maxInflight(7).build())) {
                assertInstanceOf(Outcome.Agreed.class, channel.negotiate());
                saved = assertInstanceOf(Saving.Saved.class, channel.save());
                assertEquals(2, peer.received().size());
            }
            KvmPolicy pinned = ScriptedPeer.patient().pin(saved.agreement()).build();
            try (KvmChannel channel = connect(peer, pinned)) {
                assertEquals(new Outcome.Agreed(saved.agreement().agreement()), channel.negotiate());
            }
        }
    }

    @Test
    void fencesFirstWhereAWriteWasPosted() throws Exception {
        try (ScriptedPeer peer = aware();
                KvmChannel channel = connect(peer, REQUIRE)) {
            channel.post(1, 0, 4, 1);
            assertInstanceOf(Saving.Saved.class, channel.save());
            assertEquals(4, peer.received().get(3)[0]);
        }
    }

    @Test
    void refusesWhereItCannotFence() throws Exception {
        try (ScriptedPeer peer = peer(p -> p.legacy(0));
                KvmChannel channel = connect(peer, PREFER)) {
            assertInstanceOf(Saving.Refused.class, channel.save());
            assertEquals(0, channel.readValue(1, 0, 4));
            Saving.Saved saved = assertInstanceOf(Saving.Saved.class, channel.save());
            assertEquals(ProtocolVersion.LEGACY, saved.agreement().agreement().version());
            channel.post(1, 0, 4, 1);
            Saving.Refused refused = assertInstanceOf(Saving.Refused.class, channel.save());
            assertTrue(refused.why().endsWith("[REC-004]"), refused.why());
            channel.close();
            peer.awaitEnd();
            // the READ that carried the HELLO, and the WRITE: no FENCE, and nothing else
            assertEquals(2, peer.received().size());
        }
    }
}
