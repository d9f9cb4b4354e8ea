// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.Optional;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.wire.Framing;

/**
 * The bytes of one channel, moved by the calling thread.
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
     * Connects to a listener at a path or a name, or takes over descriptors. These belong to the channel from then on, and
     * nobody else may use them any more [CHN-009].
     *
     * @throws IOException if that cannot be done, with a message for the user; descriptors are left as they were
     */
    static DirectChannel open(Attachment attachment, Waiting waiting) throws IOException {
        if (attachment instanceof UnixPath unix && JdkChannel.takes(unix)) {
            return JdkChannel.connect(unix, waiting);
        }
        if (attachment instanceof Descriptor descriptor) {
            return DescriptorChannel.adopt(descriptor.number(), waiting);
        }
        if (attachment instanceof DescriptorPair pair) {
            return DescriptorChannel.adopt(pair, waiting);
        }
        return DescriptorChannel.connect(attachment, waiting);
    }

    /**
     * Reads the bytes that are there, as far as they fit. From a SEQPACKET socket it reads one record, and cuts it off at the
     * end of the buffer. So a buffer that is larger than a frame shows every record of a wrong length; only an empty record
     * looks like the end of the stream [CHN-005].
     *
     * @param into a direct buffer with room for at least one byte; its position moves behind the bytes that were read
     * @return how many bytes, -1 at the end of the stream, and 0 only under {@link Waiting#BUSY_POLL} where nothing is there now
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Sleeps until {@link #read} finds something, or the end of the stream, even if the channel otherwise polls. For the
     * reading thread.
     */
    void awaitReadable() throws IOException;

    /**
     * Writes as many bytes as there is room for. To a SEQPACKET socket it writes one frame as one record [CHN-001].
     *
     * @param from a direct buffer; its position moves behind the bytes that were written, where the next write must go on
     *     [CHN-003]
     * @return how many bytes, and 0 only under {@link Waiting#BUSY_POLL} where there is no room now
     */
    int write(ByteBuffer from) throws IOException;

    /**
     * Turns {@link Waiting#UNINTERRUPTED} into BLOCK from now on; otherwise it changes nothing. Call it from a thread that
     * reads and writes, while no other thread does.
     */
    default void heedInterrupts() throws IOException {}

    /**
     * The JDK's channel beneath, for a selector, if there is one. Register it only after {@link #stopWaiting}, and no more when
     * {@link #waitAgain} is called.
     */
    default Optional<SelectableChannel> selectable() {
        return Optional.empty();
    }

    /**
     * From now on, reads and writes give 0 where they would sleep under {@link Waiting#UNINTERRUPTED}; otherwise it changes
     * nothing. Only for a channel that is {@link #selectable}, under the conditions of {@link #heedInterrupts}.
     */
    default void stopWaiting() throws IOException {}

    /** Ends what {@link #stopWaiting} began, and changes nothing if that has changed nothing. */
    default void waitAgain() throws IOException {}

    /** Ends the stream to the peer, which sees the end after the bytes that were written [REJ-001]. Reading goes on. */
    void shutdownOutput() throws IOException;

    /** How {@link #read} cuts: into records if it reads from a SEQPACKET socket, whatever descriptor is written to. */
    Framing framing();

    /** Ends both directions, and a waiting read or write; the peer sees the end of the stream. May be called again. */
    @Override
    void close();
}
