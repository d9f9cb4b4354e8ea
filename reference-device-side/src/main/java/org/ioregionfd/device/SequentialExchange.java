// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import org.ioregionfd.device.DeviceChannel.Wants;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.Op;
import org.jspecify.annotations.Nullable;

/**
 * The common part of versions 0 and 1: accesses that follow one another [V0-016, V1-003]. While one waits for its device,
 * nothing starts; and its response, if it wants one, leaves before the next access begins.
 */
abstract sealed class SequentialExchange implements DeviceExchange permits LegacyExchange, ExactExchange {
    private final Completions completions;
    private final DeviceAccess access;
    private Wants wants = Wants.INPUT;
    private boolean responseWanted;
    private long value;

    SequentialExchange(Served served) {
        completions = served.completions();
        access = served.access(1);
    }

    /** Sets the place of the next access. */
    SequentialExchange at(long userData, long offset, long data) {
        access.at(userData, offset, data);
        return this;
    }

    /** Performs it. Afterwards {@link #isDeferred}, or {@link #value} holds the result. Only {@link #respond} answers it. */
    void perform(Op op, int sizeExponent) {
        responseWanted = false;
        access.perform(op, sizeExponent);
        value = access.value();
        wants = access.deferred() == null ? Wants.INPUT : Wants.COMPLETION;
    }

    boolean isDeferred() {
        return wants == Wants.COMPLETION;
    }

    /** The response's {@code data}. */
    long value() {
        return value;
    }

    @Override
    public Wants wants() {
        return wants;
    }

    /** Answers the access that was performed, at once or when it completes. */
    void respond(ByteBuf out) {
        responseWanted = true;
        if (!isDeferred()) {
            LegacyResponse.write(out, value);
        }
    }

    /** Takes the completion of the waiting access, if it has come. */
    boolean takeCompletion() {
        @Nullable Completion completion = completions.takeAll();
        if (completion == null) {
            return false;
        }
        value = completion.data();
        wants = Wants.INPUT;
        return true;
    }

    /** Goes on with an access that was deferred. */
    @Override
    public void proceed(ByteBuf out) {
        if (takeCompletion() && responseWanted) {
            wants = Wants.ROOM;
        }
        if (wants == Wants.ROOM && DeviceExchange.fits(out)) {
            LegacyResponse.write(out, value);
            wants = Wants.INPUT;
        }
    }
}
