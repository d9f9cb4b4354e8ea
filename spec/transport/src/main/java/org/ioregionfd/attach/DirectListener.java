// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.Closeable;
import java.io.IOException;
import org.ioregionfd.attach.Attachment.UnixPath;

/** A listening socket; the threads that use its channels move their bytes. {@link #accept} is for one thread at a time. */
public interface DirectListener extends Closeable {
    /**
     * Listens on a path or a name, or on a listening socket that this process was started with, which then belongs to this
     * object. It replaces a socket that was left at a path.
     *
     * @param waiting how the channels wait; {@link #accept} always sleeps
     * @throws IOException if that cannot be done, with a message for the user; a descriptor is left as it was
     */
    static DirectListener listen(Attachment attachment, Waiting waiting) throws IOException {
        return attachment instanceof UnixPath unix && JdkChannel.takes(unix)
                ? JdkListener.listen(unix.path(), waiting)
                : new DescriptorListener(NativeListener.listen(attachment), waiting);
    }

    /**
     * Sleeps until a peer connects.
     *
     * @throws java.nio.channels.ClosedChannelException when the listener is closed
     * @throws java.io.InterruptedIOException when the thread is interrupted, which it stays; the listener is as it was
     * @throws IOException if a connection could not be accepted, mostly because there are too few descriptors; the caller may
     *     try again after a while
     */
    DirectChannel accept() throws IOException;

    /** Listens no more, ends an {@link #accept} that waits, and removes the socket from the file system. For any thread. */
    @Override
    void close();
}
