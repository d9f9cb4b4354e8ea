// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.kvm.channel.ChannelCore;
import org.ioregionfd.kvm.channel.Channels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults that only an event loop can have. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NettyTransportTest {
    private static final KvmPolicy PREFER = ScriptedPeer.patient().build();
    private static final KvmPolicy REQUIRE =
            ScriptedPeer.patient().policy(Policy.REQUIRE).build();

    @TempDir
    private Path directory;

    private static void pass(CountDownLatch... latches) {
        try {
            for (CountDownLatch latch : latches) {
                latch.await();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void looksForBytesBeforeItsFirstFrameAlsoWhereNobodyToldOfThem() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch spoken = new CountDownLatch(1);
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
            pass(held);
            p.send(new byte[1]);
            spoken.countDown();
            p.drain();
        })) {
            Channels channels = new Channels(Observation.NONE);
            Attachment where = new Attachment.UnixPath(peer.path());
            ChannelCore core = channels.newCore(where, PREFER, 1);
            EventLoop loop = new EventLoop();
            LoopByteMover mover = new LoopByteMover(core, NettyTransport.open(where), loop);
            mover.start();
            KvmChannel channel = channels.newChannel(core, mover);
            // held up here, the loop does not hear of the bytes before the command is to be sent
            CountDownLatch asked = new CountDownLatch(1);
            loop.execute(() -> {
                held.countDown();
                pass(asked);
            });
            spoken.await();
            var read = channel.submit(KvmCommand.read(1, 0, 4)).toCompletableFuture();
            asked.countDown();
            CompletionException end = assertThrows(CompletionException.class, read::join);
            assertEquals(AccessEnd.NOT_SENT, ((AccessException) end.getCause()).end());
            core.closed().join();
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            peer.awaitEnd();
            assertEquals(List.of(), peer.received());
        }
    }

    @Test
    void refusesACallThatWaitsOnItsOwnThread() throws Exception {
        CountDownLatch chained = new CountDownLatch(1);
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    byte[] first = p.frame();
                    pass(chained);
                    p.send(Frames.response(first, 7, 1));
                    p.echoOffsets();
                });
                KvmTransport transport = new NettyTransport();
                KvmChannel channel = transport.connect(new Attachment.UnixPath(peer.path()), REQUIRE)) {
            var refusal = channel.submit(KvmCommand.read(1, 0, 4)).thenApply(result -> read(channel, result));
            chained.countDown();
            String said = refusal.toCompletableFuture().get();
            assertTrue(said.contains("own thread"), said);
            assertEquals(0x10, channel.readValue(1, 0x10, 4));
        }
    }

    private static String read(KvmChannel channel, AccessResult before) {
        try {
            return before.value() + ", " + channel.readValue(1, 0, 4);
        } catch (AccessException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void leavesPipesToTheDirectTransport() throws Exception {
        try (KvmTransport transport = new NettyTransport()) {
            Attachment pipes = new Attachment.DescriptorPair(0, 1);
            IOException refusal = assertThrows(IOException.class, () -> transport.connect(pipes, PREFER));
            assertTrue(refusal.getMessage().contains("direct"), refusal.getMessage());
        }
    }
}
