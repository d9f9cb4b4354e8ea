// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessQueue;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who holds the core moves the bytes for all who come meanwhile, but not for ever. */
class CombiningTest {
    private static final KvmPolicy OFF =
            ScriptedPeer.patient().policy(Policy.OFF).build();

    private final ChannelCore core =
            new Channels(Observation.NONE).newCore(new Attachment.UnixPath(Path.of("none")), OFF, 1);

    private final Written written = new Written(core, new ArrayList<>());
    private final SharedChannel channel = new SharedChannel(core, written);
    private int handedOver;

    @BeforeEach
    void moveBytes() {
        core.hold();
        core.moveBy(written);
        core.release();
        written.lengths.clear();
    }

    @Test
    void writesOnceForAllWhoCameDuringAHold() throws Exception {
        KvmCommand post = KvmCommand.write(1, 0, 4, 7).posted();
        core.hold();
        List<Vcpu> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(
                    Vcpu.start(() -> channel.submit(post).toCompletableFuture().isDone() ? 1 : 0));
        }
        for (Vcpu other : others) {
            assertEquals(0, other.value());
        }
        assertEquals(List.of(), written.lengths);
        core.release();
        assertEquals(List.of(8 * Frames.LENGTH), written.lengths);
    }

    @Test
    void handsOverWhereItWouldNeverEnd() {
        AccessQueue[] queue = new AccessQueue[1];
        queue[0] = channel.newQueue(1, slot -> queue[0].post(slot, 1, 0, 4, 7));
        queue[0].post(0, 1, 0, 4, 7);
        queue[0].flush();
        assertEquals(1, handedOver);
        int turns = written.lengths.size();
        assertTrue(turns > 1 && turns < 100, turns + " turns");
        // whoever takes it over goes on
        core.hold();
        written.move();
        core.release();
        assertEquals(2, handedOver);
    }

    /** Writes everything at once. */
    private final class Written implements ByteMover {
        private final ChannelCore core;
        private final List<Integer> lengths;

        Written(ChannelCore core, List<Integer> lengths) {
            this.core = core;
            this.lengths = lengths;
        }

        @Override
        public void move() {
            core.admit();
            int length = core.takeable();
            if (length > 0) {
                ByteBuf bytes = Unpooled.buffer(length);
                core.take(bytes, length);
                core.written(length);
                lengths.add(length);
            }
        }

        @Override
        public void handOver() {
            handedOver++;
        }

        @Override
        public void await(Call call) {
            throw new AssertionError("a stage is not waited for");
        }
    }
}
