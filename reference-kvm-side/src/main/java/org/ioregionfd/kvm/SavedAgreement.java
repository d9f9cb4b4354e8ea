// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.AgreementRecord;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Frame;

/**
 * An agreement as the record of section 10 of the document: 32 bytes for a file, a migration stream or a kernel.
 *
 * @param agreement the agreement that was reached, or that must be reached exactly
 */
public record SavedAgreement(Agreement agreement) {
    /** Reads the bytes of a record; throws {@link ConfigurationException} if they are not a valid record [REC-003]. */
    public static SavedAgreement of(byte[] bytes) {
        if (bytes.length != Frame.LENGTH) {
            throw new ConfigurationException(
                    "a record has " + Frame.LENGTH + " bytes, not " + bytes.length, Clause.REC_003);
        }
        return new SavedAgreement(AgreementRecord.decode(Unpooled.wrappedBuffer(bytes), 0)
                .orElseThrow(() -> new ConfigurationException("the pin is no valid record", Clause.REC_003)));
    }

    /** The same from 64 hexadecimal digits, and nothing else. */
    public static SavedAgreement ofHex(String hex) {
        if (hex.length() != 2 * Frame.LENGTH || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new ConfigurationException(
                    "a record is written as " + 2 * Frame.LENGTH + " hexadecimal digits", Clause.REC_003);
        }
        return of(HexFormat.of().parseHex(hex));
    }

    /** The record's 32 bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[Frame.LENGTH];
        ByteBuf out = Unpooled.wrappedBuffer(bytes).clear();
        AgreementRecord.encode(agreement, out);
        return bytes;
    }

    /** The record as 64 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
