// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.ioregionfd.attach.InheritedDescriptor.Mode;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;

/**
 * A connected socket for an event loop, which must never wait. Needs Linux and the native code of Netty. For one thread at a
 * time.
 *
 * @param descriptor belongs to this object from then on
 * @param framing how it cuts the received bytes
 * @param mode BLOCKING where a call that cannot go on takes a tick of the kernel's clock
 */
@SuppressWarnings("exports") // about Netty's descriptor: an event loop is Netty's too
public record LoopSocket(FileDescriptor descriptor, Framing framing, Mode mode) {
    /** Connects to a listener on a path or a name; an IOException, with a message for the user, if there is no peer. */
    public static LoopSocket connect(Attachment where) throws IOException {
        return new LoopSocket(NativeTransport.connect(where), Framing.STREAM, Mode.NON_BLOCKING);
    }

    /** Takes over a socket of a {@link NativeListener}. */
    public static LoopSocket accepted(int number, Framing framing) {
        return new LoopSocket(new FileDescriptor(number), framing, Mode.NON_BLOCKING);
    }

    /**
     * Takes over a connected socket.
     *
     * @throws IOException if it is none, or if the system refuses, with a message for the user; it is left as it was
     */
    public static LoopSocket adopt(InheritedDescriptor inherited) throws IOException {
        Framing framing = switch (inherited.kind()) {
            case STREAM -> Framing.STREAM;
            case RECORDS -> Framing.RECORDS;
            case LISTENER, RECORD_LISTENER ->
                throw new IOException("descriptor " + inherited.number() + " is a listening socket, not a channel");
            case PIPE ->
                throw new IOException(
                        "descriptor " + inherited.number() + " is a pipe, and a channel needs two of them");
        };
        // it may be blocking, and then the peer could hold up the thread in a call on it
        inherited.boundWaits();
        return new LoopSocket(new FileDescriptor(inherited.number()), framing, inherited.mode());
    }

    /**
     * Reads what is there, or one record, as far as it fits. A buffer with more room than a frame shows every record of a wrong
     * length; only an empty record looks like the end of the stream [CHN-005].
     *
     * @param into a direct buffer; its position moves behind the bytes that were read
     * @return how many bytes, 0 where nothing is there, -1 at the end of the stream
     * @throws IOException ECONNRESET, when nothing is left to be read
     */
    public int read(ByteBuffer into) throws IOException {
        try {
            return readOnce(into);
        } catch (IOException e) {
            if (framing == Framing.STREAM) {
                throw e;
            }
            // [CHN-008] a SEQPACKET socket tells that it was reset before it gives the records that came first
            return readOnce(into);
        }
    }

    private int readOnce(ByteBuffer into) throws IOException {
        int length = descriptor.read(into, into.position(), into.limit());
        into.position(into.position() + Math.max(0, length));
        return length;
    }

    /**
     * Writes as much as there is room for; one frame to a record [CHN-001].
     *
     * @param from a direct buffer; its position moves behind the bytes that were written
     * @return how many bytes, 0 where there is no room now
     * @throws IOException EPIPE or ECONNRESET
     */
    public int write(ByteBuffer from) throws IOException {
        int begin = from.position();
        int limit = framing == Framing.RECORDS ? Math.min(from.limit(), begin + Frame.LENGTH) : from.limit();
        int length = descriptor.write(from, begin, limit);
        from.position(begin + length);
        return length;
    }

    /** Ends the stream to the peer, which sees the end behind the bytes that were written. Reading goes on. */
    public void shutdownOutput() throws IOException {
        new Socket(descriptor.intValue()).shutdown(false, true);
    }

    /** Closes it; may be called again. */
    public void close() {
        try {
            descriptor.close();
        } catch (IOException e) {
            return; // it is closed, and held nothing that could be lost
        }
    }
}
