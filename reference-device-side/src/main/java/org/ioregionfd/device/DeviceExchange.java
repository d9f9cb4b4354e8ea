// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Violation;

/**
 * Executes the commands of one version on a device. A command that is answered at once and breaks no clause makes no object.
 *
 * <p>Confined to one thread.
 */
sealed interface DeviceExchange permits SequentialExchange, TaggedExchange {
    /** What all exchanges of a channel use. */
    record Served(Regions regions, Device device, Completions completions) {
        /** Accesses of an exchange on it. */
        DeviceAccess access(int maxInflight) {
            return new DeviceAccess(regions, device, completions, maxInflight);
        }
    }

    /** The exchange of the agreed version. */
    static DeviceExchange of(Agreement agreement, Served served) {
        return switch (agreement.version()) {
            // [V0-017] after a SELECT of version 0 a marked frame is a violation
            case LEGACY -> LegacyExchange.selected(agreement.layout(), served);
            case EXACT -> new ExactExchange(agreement.features(), served);
            case TAGGED -> new TaggedExchange(agreement, served);
        };
    }

    /**
     * Executes the command in the 32 bytes from {@code index} on, and appends the due responses to {@code out} as far as it
     * takes them. Call it while {@link #wants} is {@link Wants#INPUT} and {@code out} takes a frame. If the frame breaks a
     * clause, it performs nothing and appends nothing.
     */
    Optional<Violation> execute(ByteBuf frame, int index, ByteBuf out);

    /** Takes the completions that have come since, and appends the due responses as far as {@code out} takes them. */
    void proceed(ByteBuf out);

    /** What the exchange needs to go on: a command, room for due responses, or the access that holds back all others. */
    Wants wants();

    /** Whether one more frame fits. */
    static boolean fits(ByteBuf out) {
        return out.maxWritableBytes() >= Frame.LENGTH;
    }
}
