// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import org.ioregionfd.wire.Frame;

/** Compares a machine with the model; a difference is an AssertionError that says what was expected and seen. */
final class Compared {
    /** Of REJECT and ABORT, where their detail stands. */
    private static final int DETAIL_OFFSET = 16;

    private Compared() {}

    static void same(String what, Object expected, Object seen) {
        if (!expected.equals(seen)) {
            throw new AssertionError(what + ": expected " + expected + ", seen " + seen);
        }
    }

    static void holds(String what, boolean condition) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    /** One frame exactly, or none. Fields that the model does not have are not compared. */
    static void sent(Optional<TlaValue> frame, Optional<ByteBuf> expected, ByteBuf seen) {
        ByteBuf wanted = expected.map(ByteBuf::copy).orElse(Unpooled.EMPTY_BUFFER);
        ByteBuf compared = seen.copy();
        frame.filter(expectedFrame -> expectedFrame.has("reason") && compared.readableBytes() == Frame.LENGTH)
                .ifPresent(expectedFrame -> clearWhatIsUnknown(expectedFrame, wanted, compared));
        if (!wanted.equals(compared)) {
            throw new AssertionError(
                    "sent: expected " + frame.map(TlaValue::toString).orElse("nothing") + "\n      as " + hex(wanted)
                            + "\n    seen " + hex(compared));
        }
    }

    private static void clearWhatIsUnknown(TlaValue frame, ByteBuf wanted, ByteBuf seen) {
        boolean anyReason = frame.field("reason").text().equals(FrameBytes.ANY_REASON);
        int reason = frame.field("kind").text().equals("ABORT") ? 8 : 14;
        for (ByteBuf bytes : new ByteBuf[] {wanted, seen}) {
            bytes.setLongLE(DETAIL_OFFSET, 0);
            if (anyReason) {
                bytes.setZero(reason, 2);
            }
        }
    }

    private static String hex(ByteBuf frame) {
        return frame.isReadable()
                ? ByteBufUtil.hexDump(frame).replaceAll("(.{8})", "$1 ").strip()
                : "nothing";
    }
}
