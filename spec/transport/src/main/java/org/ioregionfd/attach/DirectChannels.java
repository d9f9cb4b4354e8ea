// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;

/** Where direct channels come from. */
public final class DirectChannels {
    private DirectChannels() {}

    /**
     * Connects to whoever listens at a path or a name, or takes over descriptors, which belong to the channel from then on and
     * which nobody else may use any more [CHN-009].
     *
     * @throws IOException where that cannot be done, with a message for the user; descriptors are left as they were
     */
    public static DirectChannel open(Attachment attachment, Waiting waiting) throws IOException {
        if (attachment instanceof UnixPath unix) {
            return JdkChannel.connect(unix.path(), waiting);
        }
        if (attachment instanceof AbstractName name) {
            return DescriptorChannel.connect(name, waiting);
        }
        if (attachment instanceof Descriptor descriptor) {
            return DescriptorChannel.adopt(descriptor.number(), waiting);
        }
        DescriptorPair pair = (DescriptorPair) attachment;
        return DescriptorChannel.adopt(pair, waiting);
    }

    /** Refuses what a user of a channel may not pass. */
    static void requireRoom(ByteBuffer buffer) {
        if (!buffer.isDirect() || !buffer.hasRemaining()) {
            throw new IllegalArgumentException("not a direct buffer with a byte at least: " + buffer);
        }
    }
}
