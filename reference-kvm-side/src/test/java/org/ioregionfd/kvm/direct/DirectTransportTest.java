// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.DirectChannel;
import org.ioregionfd.attach.DirectListener;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.kvm.channel.ChannelCore;
import org.ioregionfd.kvm.channel.Channels;
import org.ioregionfd.wire.Framing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What only a transport without an event loop can do: work without threads of its own, and use descriptors that are no
 * sockets.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@SuppressWarnings("try") // closing is what some of these look at
class DirectTransportTest {
    private static final KvmPolicy OFF =
            ScriptedPeer.patient().policy(Policy.OFF).build();

    @TempDir
    private Path directory;

    @Test
    void startsNoThreadForCallsThatWait() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(5));
                KvmTransport transport = new DirectTransport();
                KvmChannel channel = transport.connect(new Attachment.UnixPath(peer.path()), OFF)) {
            for (int i = 0; i < 100; i++) {
                assertEquals(5, channel.readValue(1, 0, 4));
            }
            long readers = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals(BackgroundReader.NAME))
                    .filter(thread ->
                            thread.getThreadGroup() == Thread.currentThread().getThreadGroup())
                    .filter(Thread::isAlive)
                    .count();
            assertEquals(0, readers);
        }
    }

    /** [FAI-003] At once, because no thread reads between the calls, and every later answer would be off by one. */
    @ParameterizedTest
    @ValueSource(ints = {1, Frames.LENGTH})
    void looksForWhatAnswersNothingBeforeItSends(int length) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.frame();
                    p.send(Frames.response(5), new byte[length]);
                    sent.countDown();
                    p.drain();
                });
                KvmTransport transport = new DirectTransport();
                KvmChannel channel = transport.connect(new Attachment.UnixPath(peer.path()), OFF)) {
            assertEquals(5, channel.readValue(1, 0, 4));
            sent.await();
            AccessException failure = assertThrows(AccessException.class, () -> channel.readValue(1, 0, 4));
            assertEquals(AccessEnd.NOT_SENT, failure.end());
            peer.awaitEnd();
            assertEquals(1, peer.received().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void usesTwoPipes(Waiting waiting) throws Exception {
        FileDescriptor[] commands = FileDescriptor.pipe();
        FileDescriptor[] responses = FileDescriptor.pipe();
        Thread device = new Thread(() -> serve(commands[0], responses[1]), "device-on-pipes");
        device.start();
        try (KvmTransport transport = new DirectTransport(waiting, Observation.NONE);
                KvmChannel channel = transport.connect(
                        new Attachment.DescriptorPair(responses[0].intValue(), commands[1].intValue()), OFF)) {
            for (int offset = 0; offset < 0x20; offset++) {
                assertEquals(offset, channel.readValue(1, offset, 8));
            }
            channel.close();
            channel.closed().toCompletableFuture().get();
        }
        device.join();
    }

    @ParameterizedTest
    @EnumSource
    void sleepsUnlessItIsToPoll(Waiting waiting) throws Exception {
        Channels channels = new Channels(Observation.NONE);
        ChannelCore core = channels.newCore(new Attachment.UnixPath(directory), OFF, 1);
        Silent bytes = new Silent();
        DirectByteMover mover = new DirectByteMover(core, bytes, waiting, new Deadlines());
        try (KvmChannel channel = channels.newChannel(core, mover)) {
            assertThrows(AccessException.class, () -> channel.readValue(1, 0, 4));
        }
        assertEquals(waiting != Waiting.BUSY_POLL, bytes.slept);
    }

    /** [FAI-001] A command that found no room waits in the transport's own buffer when the channel fails. */
    @Test
    void writesNothingThatIsToldAsNotSent() throws Exception {
        Channels channels = new Channels(Observation.NONE);
        ChannelCore core = channels.newCore(new Attachment.UnixPath(directory), OFF, 1);
        Full bytes = new Full();
        DirectByteMover mover = new DirectByteMover(core, bytes, Waiting.BLOCK, new Deadlines());
        try (KvmChannel channel = channels.newChannel(core, mover)) {
            AccessException failure = assertThrows(AccessException.class, () -> channel.post(1, 0, 4, 7));
            assertEquals(AccessEnd.NOT_SENT, failure.end());
        }
        assertEquals(0, bytes.taken);
    }

    /** A peer that takes nothing until it has sent a byte that answers nothing, and everything then. */
    private static final class Full extends Silent {
        private boolean tried;
        private boolean sent;
        private int taken;

        @Override
        public int read(ByteBuffer into) {
            if (tried && !sent) {
                sent = true;
                into.put((byte) 1);
                return 1;
            }
            return 0;
        }

        @Override
        public int write(ByteBuffer from) {
            tried = true;
            taken += sent ? super.write(from) : 0;
            return sent ? taken : 0;
        }
    }

    /** A peer that takes everything, is silent for a while, and closes. */
    private static class Silent implements DirectChannel {
        private int looks;
        private boolean slept;

        @Override
        public int read(ByteBuffer into) {
            looks++;
            return looks < 10 ? 0 : -1;
        }

        @Override
        public void awaitReadable() {
            slept = true;
        }

        @Override
        public int write(ByteBuffer from) {
            int length = from.remaining();
            from.position(from.limit());
            return length;
        }

        @Override
        public void heedInterrupts() {}

        @Override
        public void shutdownOutput() {}

        @Override
        public Framing framing() {
            return Framing.STREAM;
        }

        @Override
        public void close() {}
    }

    /** A device of version 0 that answers each READ with its offset. */
    private static void serve(FileDescriptor commands, FileDescriptor responses) {
        ByteBuffer frame = ByteBuffer.allocateDirect(Frames.LENGTH);
        byte[] command = new byte[Frames.LENGTH];
        try {
            while (true) {
                int length = commands.read(frame, 0, Frames.LENGTH);
                if (length == 0) {
                    Thread.onSpinWait();
                    continue;
                }
                if (length < 0) {
                    break;
                }
                assertEquals(Frames.LENGTH, length);
                frame.get(0, command);
                frame.put(0, Frames.response(Frames.field(command, 16, 8)));
                assertEquals(Frames.LENGTH, responses.write(frame, 0, Frames.LENGTH));
            }
            commands.close();
            responses.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void connectsToAnAbstractName() throws Exception {
        Attachment name = Attachment.ofUnix(
                "@ioregionfd-kvm-test-" + ProcessHandle.current().pid());
        try (DirectListener listener = DirectListener.listen(name, Waiting.BLOCK);
                KvmTransport transport = new DirectTransport();
                KvmChannel channel = transport.connect(name, OFF)) {
            Thread device = new Thread(() -> answerOnce(listener), "device-on-a-name");
            device.start();
            assertEquals(0x2A, channel.readValue(1, 0, 4));
            channel.close();
            device.join();
        }
    }

    private static void answerOnce(DirectListener listener) {
        try (DirectChannel connection = listener.accept()) {
            ByteBuffer frame = ByteBuffer.allocateDirect(Frames.LENGTH);
            assertEquals(Frames.LENGTH, connection.read(frame));
            frame.clear().put(Frames.response(0x2A)).flip();
            assertEquals(Frames.LENGTH, connection.write(frame));
            frame.clear();
            assertEquals(-1, connection.read(frame));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
