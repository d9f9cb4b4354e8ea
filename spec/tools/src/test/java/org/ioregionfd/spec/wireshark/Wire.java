// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.ioregionfd.wire.Accept;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Select;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TaggedResponse;
import org.ioregionfd.wire.VersionSet;

/** Frames as conversations send them: commands have 32 bits and are for region 1, and a HELLO is detached. */
final class Wire {
    private Wire() {}

    static Consumer<ByteBuf> read(Layout layout) {
        return out -> LegacyCommand.writeRead(out, layout, 2, 1, 0x10);
    }

    static Consumer<ByteBuf> write(Layout layout, ResponseWanted wanted) {
        return out -> LegacyCommand.writeWrite(out, layout, 2, wanted, 1, 0x10, 0xCAFE);
    }

    static Consumer<ByteBuf> response(long data) {
        return out -> LegacyResponse.write(out, data);
    }

    static Consumer<ByteBuf> read(int tag) {
        return out -> TaggedCommand.writeRead(out, 2, tag, 1, 0x10);
    }

    /** A tag of 0 makes it a posted one. */
    static Consumer<ByteBuf> write(int tag) {
        return out -> TaggedCommand.writeWrite(out, 2, tag, 1, 0x10, 0xCAFE);
    }

    static Consumer<ByteBuf> fence(int tag) {
        return out -> TaggedCommand.writeFence(out, tag);
    }

    static Consumer<ByteBuf> response(int tag, Status status, long data) {
        return out -> TaggedResponse.write(out, data, tag, status);
    }

    /** The frame with one byte set to something else. */
    static Consumer<ByteBuf> with(Consumer<ByteBuf> frame, int at, int value) {
        return out -> {
            frame.accept(out);
            out.setByte(at, value);
        };
    }

    static Hello hello() {
        return Hello.detached(Layout.INFO_WORD, 0, Conversation.NONCE);
    }

    static Offer offer(int window, long features, int versions) {
        return new Offer(0, window, new FeatureSet(features), new VersionSet(versions), Conversation.NONCE);
    }

    static Select select(int version, int window, long features) {
        return new Select(version, window, new FeatureSet(features), 0);
    }

    static Accept accept(int version, int window, long features) {
        return new Accept(version, window, new FeatureSet(features), 0);
    }
}
