// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.InheritedDescriptor.Access;
import org.ioregionfd.attach.InheritedDescriptor.Kind;
import org.ioregionfd.attach.InheritedDescriptor.Mode;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;
import org.jspecify.annotations.Nullable;

/**
 * A channel over descriptors. It makes no call on which the peer could hold it up before epoll says that the call will not
 * wait. So blocking and non-blocking descriptors work alike, and a close or an interrupt ends every wait.
 */
final class DescriptorChannel implements DirectChannel {
    /** A pipe that has room for anything has room for that much (PIPE_BUF of Linux); more could block. */
    private static final int PIPE_WRITE_MAX = 4096;

    private final InheritedDescriptor input;
    private final InheritedDescriptor output;
    /** BLOCK or BUSY_POLL: descriptors that block are not slept in. */
    private final Waiting waiting;

    private final FileDescriptor in;
    private final FileDescriptor out;
    private final SharedUse use = new SharedUse(this::release);
    private final Readiness readable;

    /** Made on demand, because writing seldom waits, and waiting costs descriptors. */
    private volatile @Nullable Readiness writable;

    /** Whether the last read left something to read, as far as can be told. */
    private boolean moreLikely;

    /** Whether the reading thread has waited for the bytes that it reads next. */
    private boolean waitedFor;

    /** Whether the last write found too little room. */
    private boolean full;

    private boolean outputEnded;

    private DescriptorChannel(InheritedDescriptor input, InheritedDescriptor output, Waiting waiting)
            throws IOException {
        this.input = input;
        this.output = output;
        this.waiting = waiting == Waiting.BUSY_POLL ? Waiting.BUSY_POLL : Waiting.BLOCK;
        in = open(input);
        out = output.number() == input.number() ? in : open(output);
        if (output.kind() != Kind.PIPE && output.mode() == Mode.BLOCKING) {
            output.boundSends();
        }
        readable = Readiness.of(in, EpollIoOps.EPOLLIN, use::isClosed);
    }

    /** Connects to a path or an abstract name. */
    static DescriptorChannel connect(Attachment where, Waiting waiting) throws IOException {
        return adoptOwn(NativeTransport.connect(where), Framing.STREAM, waiting);
    }

    /** A connected, non-blocking socket that was made here; it is closed where that fails. */
    static DescriptorChannel adoptOwn(Socket socket, Framing framing, Waiting waiting) throws IOException {
        InheritedDescriptor own = new InheritedDescriptor(
                socket.intValue(),
                framing == Framing.RECORDS ? Kind.RECORDS : Kind.STREAM,
                Access.BOTH,
                Mode.NON_BLOCKING);
        return NativeTransport.make(socket, made -> new DescriptorChannel(own, own, waiting));
    }

    static DescriptorChannel adopt(int number, Waiting waiting) throws IOException {
        InheritedDescriptor descriptor = InheritedDescriptor.inspect(number);
        switch (descriptor.kind()) {
            case STREAM, RECORDS -> {}
            case LISTENER, RECORD_LISTENER ->
                throw new IOException("descriptor " + number + " is a listening socket, not a channel");
            case PIPE -> throw new IOException("descriptor " + number + " is a pipe, and a channel needs two of them");
        }
        return new DescriptorChannel(descriptor, descriptor, waiting);
    }

    static DescriptorChannel adopt(DescriptorPair pair, Waiting waiting) throws IOException {
        if (pair.read() == pair.write()) {
            return adopt(pair.read(), waiting);
        }
        return new DescriptorChannel(half(pair.read(), Access.READ), half(pair.write(), Access.WRITE), waiting);
    }

    private static InheritedDescriptor half(int number, Access needed) throws IOException {
        InheritedDescriptor descriptor = InheritedDescriptor.inspect(number);
        if (descriptor.access() != needed && descriptor.access() != Access.BOTH) {
            throw new IOException(
                    "descriptor " + number + " cannot be " + (needed == Access.READ ? "read" : "written"));
        }
        if (descriptor.kind().isListener()) {
            throw new IOException("descriptor " + number + " is a listening socket, not a channel");
        }
        return descriptor;
    }

    private static FileDescriptor open(InheritedDescriptor descriptor) {
        return switch (descriptor.kind()) {
            case STREAM, RECORDS, LISTENER, RECORD_LISTENER -> new Socket(descriptor.number());
            case PIPE -> new FileDescriptor(descriptor.number());
        };
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        JdkChannel.requireRoom(into);
        use.enter();
        try {
            // the wait is over: a blocking descriptor needs no second look
            boolean askFirst =
                    !waitedFor && (input.mode() == Mode.BLOCKING || (waiting == Waiting.BLOCK && !moreLikely));
            waitedFor = false;
            while (true) {
                if (askFirst && !isReadable()) {
                    return 0;
                }
                int length = readNow(into);
                if (length < 0 && use.isClosed()) {
                    throw new AsynchronousCloseException();
                }
                moreLikely = length == into.remaining();
                if (length > 0) {
                    into.position(into.position() + length);
                }
                if (length != 0 || waiting == Waiting.BUSY_POLL) {
                    return length;
                }
                askFirst = true;
            }
        } finally {
            use.leave();
        }
    }

    /** [CHN-008] A SEQPACKET socket tells that it was reset before it gives the records that came first. */
    private int readNow(ByteBuffer into) throws IOException {
        try {
            return in.read(into, into.position(), into.limit());
        } catch (IOException e) {
            if (input.kind() != Kind.RECORDS || use.isClosed()) {
                throw e;
            }
            return in.read(into, into.position(), into.limit());
        }
    }

    @Override
    public void awaitReadable() throws IOException {
        use.enter();
        try {
            readable.await();
            waitedFor = true;
        } finally {
            use.leave();
        }
    }

    /** Whether there is something to read: always, under BLOCK, as it is waited for. */
    private boolean isReadable() throws IOException {
        if (waiting == Waiting.BUSY_POLL) {
            return readable.poll();
        }
        readable.await();
        return true;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        JdkChannel.requireRoom(from);
        use.enter();
        try {
            if (outputEnded) {
                throw new ClosedChannelException();
            }
            return writeSome(from);
        } catch (IOException e) {
            throw use.isClosed() && !(e instanceof ClosedChannelException) ? new AsynchronousCloseException() : e;
        } finally {
            use.leave();
        }
    }

    private int writeSome(ByteBuffer from) throws IOException {
        boolean blockingPipe = output.kind() == Kind.PIPE && output.mode() == Mode.BLOCKING;
        int limit = from.position() + Math.min(from.remaining(), blockingPipe ? PIPE_WRITE_MAX : pieceMax());
        // a socket that blocks and is full gives up after a tick only: once is enough
        boolean askFirst = blockingPipe || (full && output.mode() == Mode.BLOCKING);
        while (true) {
            if (askFirst && !awaitWritable()) {
                return 0;
            }
            int length = out.write(from, from.position(), limit);
            from.position(from.position() + length);
            full = from.position() < limit;
            if (length != 0 || waiting == Waiting.BUSY_POLL) {
                return length;
            }
            askFirst = true;
        }
    }

    /** [CHN-001] One frame to a record. */
    private int pieceMax() {
        return output.kind() == Kind.RECORDS ? Frame.LENGTH : Integer.MAX_VALUE;
    }

    private boolean awaitWritable() throws IOException {
        Readiness readiness = writable;
        if (readiness == null) {
            readiness = Readiness.of(out, EpollIoOps.EPOLLOUT, use::isClosed);
            writable = readiness;
        }
        if (waiting == Waiting.BUSY_POLL) {
            return readiness.poll();
        }
        readiness.await();
        return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        use.enter();
        try {
            outputEnded = true;
            if (out instanceof Socket socket) {
                socket.shutdown(false, true);
            } else {
                closeOutput();
            }
        } catch (NotYetConnectedException e) {
            throw new IOException("the peer is gone", e);
        } finally {
            use.leave();
        }
    }

    @Override
    public Framing framing() {
        return input.kind() == Kind.RECORDS ? Framing.RECORDS : Framing.STREAM;
    }

    @Override
    public void close() {
        try {
            use.enter();
        } catch (ClosedChannelException e) {
            return; // once is enough
        }
        try {
            use.close();
            readable.wake();
            Readiness readiness = writable;
            if (readiness != null) {
                readiness.wake();
            }
            shutdown(in);
            shutdown(out);
        } finally {
            use.leave();
        }
    }

    /** The peer should see the end now, even if another process has a copy of the descriptor. */
    private static void shutdown(FileDescriptor descriptor) {
        try {
            if (descriptor instanceof Socket socket) {
                socket.shutdown();
            }
        } catch (IOException | NotYetConnectedException e) {
            return; // the peer was first
        }
    }

    private void release() {
        readable.destroy();
        try {
            if (input.kind() == Kind.RECORDS) {
                discardWhatIsLeft();
            }
            in.close();
            closeOutput();
        } catch (IOException e) {
            return; // it is closed, and held nothing that could be lost
        }
    }

    /**
     * A SEQPACKET socket that is closed with records in it tells its peer of a reset before it gives the last answers. No more
     * come, as it is shut down.
     */
    private void discardWhatIsLeft() {
        ByteBuffer room = ByteBuffer.allocateDirect(1);
        try {
            int length;
            do {
                length = in.read(room, 0, 1);
            } while (length > 0);
        } catch (IOException e) {
            return; // the peer was first
        }
    }

    private void closeOutput() throws IOException {
        Readiness readiness = writable;
        writable = null;
        if (readiness != null) {
            readiness.destroy();
        }
        out.close();
    }
}
