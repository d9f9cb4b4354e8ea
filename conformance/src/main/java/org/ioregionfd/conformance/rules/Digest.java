// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** The digest of a handshake. DIG-001, DIG-002. */
public final class Digest {
    private static final String FIELD = "digest";

    private Digest() {}

    /**
     * CRC-32C over {@code frames} one after the other, each digest field in them taken as zero.
     *
     * @param frames the last HELLO, its OFFER, the SELECT, and for an ACCEPT's digest the ACCEPT, as they were on the wire
     * @return 0..0xFFFFFFFF
     */
    public static long of(List<Frame> frames) {
        CRC32C crc = new CRC32C();
        for (Frame frame : frames) {
            byte[] bytes = frame.bytes();
            // [DIG-002] a CRC that ran over its own value would be the same whatever stood before it.
            frame.shape()
                    .find(FIELD)
                    .ifPresent(field -> Arrays.fill(bytes, field.offset(), field.offset() + field.width(), (byte) 0));
            crc.update(bytes);
        }
        return crc.getValue();
    }
}
