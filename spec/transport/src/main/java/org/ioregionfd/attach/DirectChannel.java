// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.wire.Framing;

/**
 * The bytes of one channel, moved by the thread that calls.
 *
 * <p>{@link #read} is for one thread at a time, and so are {@link #write} and {@link #shutdownOutput} together; the two may
 * be different threads. {@link #close} is for any thread. Buffers are direct ones. In steady state nothing is allocated.
 *
 * <p>A thread that is interrupted while it waits gets a {@link java.io.InterruptedIOException}: it stays interrupted, nothing was
 * moved, and the channel is as it was; but not under {@link Waiting#UNINTERRUPTED}. However it waits, a thread that reads or writes when the channel is closed gets a {@link java.nio.channels.ClosedChannelException}. Any other {@code IOException} says that the
 * connection is lost, which is as good as the end of the stream [CHN-008].
 */
public interface DirectChannel extends Closeable {
    /**
     * Connects to whoever listens at a path or a name, or takes over descriptors, which belong to the channel from then on and
     * which nobody else may use any more [CHN-009].
     *
     * @throws IOException where that cannot be done, with a message for the user; descriptors are left as they were
     */
    static DirectChannel open(Attachment attachment, Waiting waiting) throws IOException {
        if (attachment instanceof UnixPath unix) {
            return JdkChannel.connect(unix.path(), waiting);
        }
        if (attachment instanceof AbstractName name) {
            return DescriptorChannel.connect(name, waiting);
        }
        if (attachment instanceof Descriptor descriptor) {
            return DescriptorChannel.adopt(descriptor.number(), waiting);
        }
        return DescriptorChannel.adopt((DescriptorPair) attachment, waiting);
    }

    /**
     * Reads what there is, as far as it fits. Of records, one; a longer one than the buffer is cut off, so that a buffer of more
     * than a frame shows each that is not one, but for an empty one, which is the end of the stream here [CHN-005].
     *
     * @param into a direct buffer with room for a byte at least; its position moves behind what was read
     * @return how many bytes, -1 at the end of the stream, and 0 only under {@link Waiting#BUSY_POLL} where nothing is there now
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Sleeps until {@link #read} finds something, the end of the stream included, whichever way the channel waits otherwise. For
     * the thread that reads.
     */
    void awaitReadable() throws IOException;

    /**
     * Writes as much as there is room for. To a SEQPACKET socket, one frame as one record [CHN-001].
     *
     * @param from a direct buffer; its position moves behind what was written, where the next write has to go on [CHN-003]
     * @return how many bytes, and 0 only under {@link Waiting#BUSY_POLL} where there is no room now
     */
    int write(ByteBuffer from) throws IOException;

    /**
     * Makes {@link Waiting#UNINTERRUPTED} what BLOCK is, from now on; otherwise it changes nothing. For a thread that reads and
     * writes, while no other does.
     */
    default void heedInterrupts() throws IOException {}

    /** Ends the stream towards the peer, who sees its end behind what was written [REJ-001]. Reading goes on. */
    void shutdownOutput() throws IOException;

    /** How {@link #read} cuts: records where it is a SEQPACKET socket that is read, whatever is written to. */
    Framing framing();

    /** Ends both directions, and a read or write that waits; the peer sees the end of the stream. May be called again. */
    @Override
    void close();
}
