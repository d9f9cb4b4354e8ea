// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When what was agreed may be saved [REC-004]. */
class KvmRecordTest {
    private static final KvmCommand POSTED = KvmCommand.write(1, 0, 4, 1).posted();

    private static Optional<String> objection(Conversation conversation) {
        return conversation.side.objectionToRecord();
    }

    @Test
    void notBeforeAnythingIsSettled() {
        Conversation conversation = Conversation.prefer();
        assertTrue(objection(conversation).isPresent());
        conversation.negotiate();
        assertTrue(objection(conversation).isPresent());
    }

    @Test
    void notWhileAResponseIsOutstandingAlsoOneThatNobodyWaitsFor() {
        Conversation conversation = Conversation.openTagged(4);
        assertEquals(Optional.empty(), objection(conversation));
        KvmAccess<String> read = conversation.side.submit(KvmCommand.read(1, 0, 4), "r", conversation.nowNanos);
        conversation.settle();
        byte[] command = conversation.next();
        assertTrue(objection(conversation).orElseThrow().endsWith("[REC-004]"));
        conversation.side.abandon(read, "gone", conversation.nowNanos);
        assertTrue(objection(conversation).isPresent());
        conversation.receive(Frames.response(command, 0, 1));
        assertEquals(Optional.empty(), objection(conversation));
    }

    @Test
    void onlyAfterALaterFenceWhereAWriteWasPosted() {
        Conversation conversation = Conversation.openTagged(4);
        conversation.submit("f1", KvmCommand.fence());
        byte[] earlier = conversation.next();
        conversation.submit("p", POSTED);
        conversation.next();
        conversation.receive(Frames.response(earlier, 0, 1));
        assertTrue(objection(conversation).orElseThrow().endsWith("[REC-004]"));
        conversation.read("r", 0);
        conversation.receive(Frames.response(conversation.next(), 0, 1));
        assertTrue(objection(conversation).isPresent());
        conversation.submit("f2", KvmCommand.fence());
        conversation.receive(Frames.response(conversation.next(), 0, 2));
        assertTrue(objection(conversation).isPresent(), "a FENCE that was not answered with OK vouches for nothing");
        conversation.submit("f3", KvmCommand.fence());
        conversation.receive(Frames.response(conversation.next(), 0, 1));
        assertEquals(Optional.empty(), objection(conversation));
    }

    @Test
    void neverAfterAPostedWriteWhereThereIsNoFence() {
        Conversation conversation = Conversation.open(KvmPolicy.builder().build(), 1, 1, 3);
        assertEquals(Optional.empty(), objection(conversation));
        conversation.submit("p", POSTED);
        assertTrue(objection(conversation).isPresent());
    }

    @Test
    void notOfAChannelThatFailed() {
        Conversation conversation = Conversation.openTagged(4);
        conversation.peerCloses();
        assertTrue(objection(conversation).isPresent());
    }
}
