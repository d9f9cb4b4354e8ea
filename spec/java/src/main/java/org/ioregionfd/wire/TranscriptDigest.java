// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/**
 * CRC-32C over the handshake's whole frames as they were on the wire, from the last HELLO on, with every digest field in
 * them taken as zero [DIG-001, DIG-002]. It finds accidents and filters; it authenticates nobody.
 *
 * <p>Confined to one thread.
 */
public final class TranscriptDigest {
    private final CRC32C crc = new CRC32C();
    private final byte[] frame = new byte[Frame.LENGTH];

    /** Begins anew with a HELLO: earlier frames no longer count [DST-004]. */
    public void restart(ByteBuf buffer, int index) {
        crc.reset();
        add(buffer, index);
    }

    /** Adds a HELLO or an OFFER, all of whose bytes count. */
    public void add(ByteBuf buffer, int index) {
        buffer.getBytes(index, frame);
        crc.update(frame);
    }

    /**
     * Adds a SELECT or an ACCEPT, with its digest field taken as zero.
     *
     * @return the digest that belongs in that field, u32
     */
    public int seal(ByteBuf buffer, int index) {
        buffer.getBytes(index, frame);
        for (int i = Fields.SELECT_DIGEST; i < Frame.LENGTH; i++) {
            frame[i] = 0;
        }
        crc.update(frame);
        return (int) crc.getValue();
    }

    /** Writes a digest into the field of the SELECT or ACCEPT at {@code index}. */
    public static void set(ByteBuf buffer, int index, int digest) {
        buffer.setIntLE(index + Fields.SELECT_DIGEST, digest);
    }
}
