// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.Saving;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.wire.Framing;
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

    /** [LEN-007] When the first of two commands has been answered nothing is outstanding. */
    @Test
    void refusesBetweenTheCommandsOfAnAccess() throws Exception {
        KvmPolicy off = ScriptedPeer.patient().policy(Policy.OFF).build();
        ChannelCore core = new Channels(Observation.NONE).newCore(new Attachment.UnixPath(Path.of("none")), off, 1);
        Nobody nobody = new Nobody(core);
        core.hold();
        core.moveBy(nobody);
        core.release();
        CompletionStage<AccessResult> read = new SharedChannel(core, nobody).submit(KvmCommand.read(1, 0, 3));
        core.hold();
        answer(core, 0x2211);
        String why = core.objectionToRecord().orElseThrow();
        core.release();
        assertTrue(why.endsWith("[LEN-007]"), why);
        core.hold();
        answer(core, 0x33);
        core.release();
        assertEquals(0x33_2211, read.toCompletableFuture().get().value());
        assertEquals(Optional.empty(), core.objectionToRecord());
    }

    private static void answer(ChannelCore core, long value) {
        ByteBuf command = Unpooled.buffer(Frames.LENGTH);
        core.take(command, Frames.LENGTH);
        assertEquals(Frames.LENGTH, command.readableBytes());
        core.written(Frames.LENGTH);
        core.receive(Unpooled.wrappedBuffer(Frames.response(value)), Framing.STREAM);
    }

    /** The test moves the bytes. */
    private record Nobody(ChannelCore core) implements ByteMover {
        @Override
        public void move() {
            core.admit();
        }

        @Override
        public void handOver() {}

        @Override
        public void await(Call call) {
            throw new AssertionError("a stage is not waited for");
        }
    }
}
