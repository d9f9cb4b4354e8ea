// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DescriptorPassingTest {
    @TempDir
    Path folder;

    /** The tests make pipes by Netty's native code before anything here has loaded it. */
    @BeforeAll
    static void loadsTheNativeCode() {
        Epoll.ensureAvailability();
    }

    private UnixPath control() {
        return new UnixPath(folder.resolve("control"));
    }

    private static FutureTask<Integer> receiving(DescriptorReceiver receiver, Thread[] thread) {
        FutureTask<Integer> task = new FutureTask<>(receiver::receive);
        thread[0] = new Thread(task);
        thread[0].start();
        Threads.awaitSleepInKernel(thread[0]);
        return task;
    }

    /** As a VMM sets a channel up for a device process: it keeps nothing of it. */
    @Test
    void handsOverChannelsThatWork() throws Exception {
        long before = OpenDescriptors.count();
        AbstractName name = new AbstractName(Ends.unique());
        try (DescriptorReceiver receiver = DescriptorReceiver.listen(name);
                DescriptorSender sender = DescriptorSender.connect(name)) {
            FileDescriptor[] there = FileDescriptor.pipe();
            FileDescriptor[] back = FileDescriptor.pipe();
            for (FileDescriptor end : List.of(there[0], back[1])) {
                sender.send(end.intValue());
                InheritedDescriptor.discard(end.intValue());
            }
            DescriptorPair received = new DescriptorPair(receiver.receive(), receiver.receive());
            try (DirectChannel kept = DirectChannel.open(
                            new DescriptorPair(back[0].intValue(), there[1].intValue()), Waiting.BLOCK);
                    DirectChannel given = DirectChannel.open(received, Waiting.BLOCK)) {
                kept.write(ByteBuffer.allocateDirect(32));
                assertEquals(32, given.read(ByteBuffer.allocateDirect(100)));
                kept.shutdownOutput();
                assertEquals(-1, given.read(ByteBuffer.allocateDirect(100)));
            }
        }
        OpenDescriptors.awaitCount(before);
    }

    @Test
    void receivesFromManyAndFromEachInOrder() throws Exception {
        try (DescriptorReceiver receiver = DescriptorReceiver.listen(control())) {
            FileDescriptor[] pipe = FileDescriptor.pipe();
            List<DescriptorSender> senders = new ArrayList<>();
            for (int i = 0; i < DescriptorReceiver.CONNECTIONS_MAX; i++) {
                senders.add(DescriptorSender.connect(control()));
            }
            for (DescriptorSender sender : senders) {
                sender.send(pipe[0].intValue());
                sender.send(pipe[1].intValue());
                sender.close();
            }
            int readEnds = 0;
            int writeEnds = 0;
            for (int i = 0; i < 2 * senders.size(); i++) {
                int received = receiver.receive();
                switch (InheritedDescriptor.inspect(received).access()) {
                    case READ -> readEnds++;
                    case WRITE -> writeEnds++;
                    case BOTH -> throw new AssertionError("no end of a pipe");
                }
                assertTrue(writeEnds <= readEnds);
                InheritedDescriptor.discard(received);
            }
            assertEquals(senders.size(), writeEnds);
            pipe[0].close();
            pipe[1].close();
        }
    }

    /** Idle connections keep nobody out: of too many, the one that has been silent for longest goes. */
    @Test
    void dropsTheConnectionThatWasSilentForLongest() throws Exception {
        FileDescriptor[] pipe = FileDescriptor.pipe();
        List<DescriptorSender> senders = new ArrayList<>();
        try (DescriptorReceiver receiver = DescriptorReceiver.listen(control())) {
            for (int i = 0; i < DescriptorReceiver.CONNECTIONS_MAX; i++) {
                senders.add(DescriptorSender.connect(control()));
                senders.get(i).send(pipe[0].intValue());
                InheritedDescriptor.discard(receiver.receive());
            }
            DescriptorSender busy = senders.get(0);
            DescriptorSender silent = senders.get(1);
            busy.send(pipe[0].intValue());
            InheritedDescriptor.discard(receiver.receive());
            FutureTask<Integer> receiving = receiving(receiver, new Thread[1]);
            DescriptorSender last = DescriptorSender.connect(control());
            senders.add(last);
            last.send(pipe[0].intValue());
            InheritedDescriptor.discard(receiving.get());
            assertThrows(IOException.class, () -> sendForEver(silent, pipe[0].intValue()));
            busy.send(pipe[0].intValue());
            InheritedDescriptor.discard(receiver.receive());
        } finally {
            senders.forEach(DescriptorSender::close);
            pipe[0].close();
            pipe[1].close();
        }
    }

    private static void sendForEver(DescriptorSender sender, int descriptor) throws IOException {
        while (true) {
            sender.send(descriptor);
        }
    }

    /** Somebody takes it for a channel. */
    @Test
    void ignoresBytesWithoutADescriptor() throws Exception {
        FileDescriptor[] pipe = FileDescriptor.pipe();
        try (DescriptorReceiver receiver = DescriptorReceiver.listen(control());
                DirectChannel mistaken = DirectChannel.open(control(), Waiting.BLOCK);
                DescriptorSender sender = DescriptorSender.connect(control())) {
            mistaken.write(ByteBuffer.allocateDirect(32));
            FutureTask<Integer> receiving = receiving(receiver, new Thread[1]);
            assertFalse(receiving.isDone());
            sender.send(pipe[0].intValue());
            InheritedDescriptor.discard(receiving.get());
            pipe[0].close();
            pipe[1].close();
        }
    }

    @Test
    void closingEndsAReceiveThatWaitsAndRemovesTheSocket() throws Exception {
        DescriptorReceiver receiver = DescriptorReceiver.listen(control());
        FutureTask<Integer> receiving = receiving(receiver, new Thread[1]);
        receiver.close();
        Throwable failure =
                assertThrows(ExecutionException.class, receiving::get).getCause();
        assertTrue(failure instanceof ClosedChannelException, failure::toString);
        assertFalse(Files.exists(control().path()));
        assertThrows(ClosedChannelException.class, receiver::receive);
    }

    @Test
    void anInterruptEndsAReceiveThatWaitsAndLosesNothing() throws Exception {
        FileDescriptor[] pipe = FileDescriptor.pipe();
        try (DescriptorReceiver receiver = DescriptorReceiver.listen(control());
                DescriptorSender sender = DescriptorSender.connect(control())) {
            Thread[] thread = new Thread[1];
            FutureTask<Integer> receiving = receiving(receiver, thread);
            thread[0].interrupt();
            Throwable failure =
                    assertThrows(ExecutionException.class, receiving::get).getCause();
            assertTrue(failure instanceof InterruptedIOException, failure::toString);
            sender.send(pipe[0].intValue());
            InheritedDescriptor.discard(receiver.receive());
            pipe[0].close();
            pipe[1].close();
        }
    }

    @Test
    void closesWhatNobodyHasTaken() throws Exception {
        long before = OpenDescriptors.count();
        FileDescriptor[] pipe = FileDescriptor.pipe();
        try (DescriptorReceiver receiver = DescriptorReceiver.listen(control());
                DescriptorSender first = DescriptorSender.connect(control());
                DescriptorSender second = DescriptorSender.connect(control())) {
            first.send(pipe[0].intValue());
            second.send(pipe[0].intValue());
            second.send(pipe[0].intValue());
            InheritedDescriptor.discard(receiver.receive());
        }
        pipe[0].close();
        pipe[1].close();
        OpenDescriptors.awaitCount(before);
    }

    @Test
    void saysWhereNobodyReceives() {
        assertEquals(
                "no peer at " + control().path() + ": no such file",
                assertThrows(IOException.class, () -> DescriptorSender.connect(control()))
                        .getMessage());
    }
}
