// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.netty;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.InheritedDescriptor;
import org.ioregionfd.attach.InheritedDescriptor.Mode;
import org.ioregionfd.attach.NativeTransport;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Framing;

/**
 * The socket of a KVM side: connected, or adopted from the process that started this one.
 *
 * @param framing how it cuts the received bytes
 * @param mode BLOCKING where a call that cannot go on takes a tick of the kernel's clock
 */
record LoopSocket(FileDescriptor descriptor, Framing framing, Mode mode) {
    /** Connects, or takes over a descriptor. */
    static LoopSocket open(Attachment where) throws IOException {
        if (where instanceof Descriptor descriptor) {
            return adopt(InheritedDescriptor.inspect(descriptor.number()));
        }
        if (where instanceof DescriptorPair) {
            throw new IOException("two descriptors need the transport direct");
        }
        int number = NativeTransport.connectedSocket(where);
        return new LoopSocket(new FileDescriptor(number), Framing.STREAM, Mode.NON_BLOCKING);
    }

    private static LoopSocket adopt(InheritedDescriptor descriptor) throws IOException {
        Framing framing = switch (descriptor.kind()) {
            case STREAM -> Framing.STREAM;
            case RECORDS -> Framing.RECORDS;
            case LISTENER, RECORD_LISTENER ->
                throw new IOException("no peer: descriptor " + descriptor.number() + " is a listening socket");
            case PIPE ->
                throw new IOException("no peer: descriptor " + descriptor.number()
                        + " is a pipe; a channel needs two of them, and the transport direct");
        };
        // it may be blocking, and then the peer could hold up the thread in a call on it
        descriptor.boundWaits();
        return new LoopSocket(new FileDescriptor(descriptor.number()), framing, descriptor.mode());
    }

    /** Reads what is there, or one record: how many bytes, 0 where nothing is there, -1 at the end of the stream. */
    int read(ByteBuffer into) throws IOException {
        try {
            return descriptor.read(into, 0, into.capacity());
        } catch (IOException e) {
            if (framing == Framing.STREAM) {
                throw e;
            }
            // [CHN-008] a SEQPACKET socket tells that it was reset before it gives the records that came first
            return descriptor.read(into, 0, into.capacity());
        }
    }

    /** Writes as much as there is room for; one frame to a record [CHN-001]. */
    int write(ByteBuffer from) throws IOException {
        int begin = from.position();
        int limit = framing == Framing.RECORDS ? Math.min(from.limit(), begin + Frame.LENGTH) : from.limit();
        int length = descriptor.write(from, begin, limit);
        from.position(begin + length);
        return length;
    }

    void close() {
        try {
            descriptor.close();
        } catch (IOException e) {
            return; // it is closed, and held nothing that could be lost
        }
    }
}
