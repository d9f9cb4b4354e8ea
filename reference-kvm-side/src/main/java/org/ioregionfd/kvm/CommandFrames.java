// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.TaggedCommand;

/** The frames of commands, in the present version. */
final class CommandFrames {
    private CommandFrames() {}

    /** Appends the access's command. */
    static void encode(KvmAccess<?> access, Agreement terms, ByteBuf out) {
        switch (terms.version()) {
            case LEGACY -> encodeLegacy(access, terms.layout(), out);
            // [V1-001] the info-word layout, whatever the HELLO's was
            case EXACT -> encodeLegacy(access, Layout.INFO_WORD, out);
            case TAGGED -> encodeTagged(access, out);
        }
    }

    private static void encodeLegacy(KvmAccess<?> access, Layout layout, ByteBuf out) {
        switch (access.op) {
            case READ -> LegacyCommand.writeRead(out, layout, access.sizeExponent, access.region, access.offset);
            case WRITE ->
                LegacyCommand.writeWrite(
                        out, layout, access.sizeExponent, access.wanted, access.region, access.offset, access.data);
            case FENCE -> throw new IllegalStateException("versions 0 and 1 have no FENCE");
        }
    }

    private static void encodeTagged(KvmAccess<?> access, ByteBuf out) {
        switch (access.op) {
            case READ -> TaggedCommand.writeRead(out, access.sizeExponent, access.tag, access.region, access.offset);
            case WRITE ->
                TaggedCommand.writeWrite(
                        out, access.sizeExponent, access.tag, access.region, access.offset, access.data);
            case FENCE -> TaggedCommand.writeFence(out, access.tag);
        }
    }
}
