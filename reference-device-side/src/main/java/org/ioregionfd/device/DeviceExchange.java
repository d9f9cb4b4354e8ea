// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Violation;

/**
 * Commands of one version, executed on a device. No object is made for a command that is answered at once and breaks nothing.
 *
 * <p>Confined to one thread.
 */
sealed interface DeviceExchange permits SequentialExchange, TaggedExchange {
    /** What stands behind the exchanges of a channel. */
    record Served(Regions regions, Device device, Completions completions) {
        /** Accesses of an exchange on it. */
        DeviceAccess access(int maxInflight) {
            return new DeviceAccess(regions, device, completions, maxInflight);
        }
    }

    /** The exchange of what was agreed. */
    static DeviceExchange of(Agreement agreement, Served served) {
        return switch (agreement.version()) {
            // [V0-017] after a SELECT of version 0 a marked frame is a violation
            case LEGACY -> new LegacyExchange(agreement.layout(), LegacyExchange.Marked.VIOLATION, served);
            case EXACT -> new ExactExchange(agreement.features(), served);
            case TAGGED -> new TaggedExchange(agreement, served);
        };
    }

    /**
     * Executes the command in the 32 bytes from {@code index} on, and appends the responses that are due to {@code out} as
     * far as it takes them. To be called while {@link #wants} is {@link Wants#INPUT} and {@code out} takes a frame. Where
     * the frame breaks a clause nothing is performed and nothing appended.
     */
    Optional<Violation> execute(ByteBuf frame, int index, ByteBuf out);

    /** Takes what devices have completed since, and appends the responses that are due as far as {@code out} takes them. */
    void proceed(ByteBuf out);

    /** What the exchange goes on with: a command, room for responses that are due, or the access that holds back all others. */
    Wants wants();

    /** Whether one more frame fits. */
    static boolean fits(ByteBuf out) {
        return out.maxWritableBytes() >= Frame.LENGTH;
    }
}
