// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Violation;

/**
 * Commands of one version, executed on a device. No object is made for a command that breaks nothing.
 *
 * <p>Confined to one thread.
 */
public sealed interface DeviceExchange permits LegacyExchange, ExactExchange, TaggedExchange {
    /** The exchange of what was agreed. */
    static DeviceExchange of(Agreement agreement, Device device) {
        return switch (agreement.version()) {
            // [V0-017] after a SELECT of version 0 a marked frame is a violation
            case LEGACY -> new LegacyExchange(agreement.layout(), LegacyExchange.Marked.VIOLATION, device);
            case EXACT -> new ExactExchange(agreement.features(), device);
            case TAGGED -> new TaggedExchange(agreement, device);
        };
    }

    /**
     * Executes the command in the 32 bytes from {@code index} on, and appends the responses that are due to {@code out}: at
     * most {@link #outputMax(int)} bytes. Where the frame breaks a clause nothing is performed and nothing appended.
     */
    Optional<Violation> execute(ByteBuf frame, int index, ByteBuf out);

    /** What one command can set free, in bytes: the responses of a whole window that waited for it, and its own. */
    static int outputMax(int maxInflight) {
        return (maxInflight + 1) * Frame.LENGTH;
    }
}
