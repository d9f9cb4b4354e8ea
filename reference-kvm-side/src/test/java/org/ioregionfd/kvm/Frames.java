// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Frames of a device side, written down byte by byte from the document's tables: a bug in the wire binding shows.
 */
public final class Frames {
    public static final int LENGTH = 32;

    private static final String MARKER = "494f5248";

    private Frames() {}

    /** Bytes from hexadecimal digits, in which spaces do not count. */
    public static byte[] hex(String digits) {
        return ByteBufUtil.decodeHexDump(digits.replace(" ", ""));
    }

    /** The hexadecimal digits of bytes. */
    public static String digits(byte[] bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    /** An OFFER whose nonce is that of the HELLO. */
    public static byte[] offer(byte[] hello, long value, int window, long features, int versions) {
        ByteBuf frame = marked(value, 2);
        frame.setShortLE(14, window);
        frame.setLongLE(16, features);
        frame.setIntLE(24, versions);
        frame.setByte(13, hello[7]);
        return frame.array();
    }

    /** What a default device side offers. */
    public static byte[] offer(byte[] hello, long value) {
        return offer(hello, value, 64, 7, 7);
    }

    /** The ACCEPT of a SELECT. */
    public static byte[] accept(byte[] hello, byte[] offer, byte[] select) {
        ByteBuf frame = marked(0, 4);
        frame.setBytes(14, select, 10, 2);
        frame.setBytes(16, select, 16, 8);
        frame.setBytes(24, select, 8, 2);
        frame.setIntLE(28, digest(hello, offer, withoutDigest(select), frame.array()));
        return frame.array();
    }

    public static byte[] reject(int reason, long detail) {
        ByteBuf frame = marked(0, 5);
        frame.setShortLE(14, reason);
        frame.setLongLE(16, detail);
        return frame.array();
    }

    /** A marked frame of any kind, all else zero. */
    public static byte[] ofKind(int kind) {
        return marked(0, kind).array();
    }

    /** A response of versions 0 and 1. */
    public static byte[] response(long data) {
        ByteBuf frame = Unpooled.wrappedBuffer(new byte[LENGTH]);
        frame.setLongLE(0, data);
        return frame.array();
    }

    /** A response of version 2 to a command. */
    public static byte[] response(byte[] command, long data, int status) {
        ByteBuf frame = Unpooled.wrappedBuffer(response(data));
        frame.setBytes(8, command, 4, 4);
        frame.setShortLE(12, status);
        return frame.array();
    }

    /** The frame with one byte changed. */
    public static byte[] with(byte[] frame, int offset, int value) {
        byte[] changed = frame.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    /** CRC-32C of whole frames. */
    public static int digest(byte[]... frames) {
        CRC32C crc = new CRC32C();
        for (byte[] frame : frames) {
            crc.update(frame);
        }
        return (int) crc.getValue();
    }

    /** A SELECT or ACCEPT with its digest field as zero. */
    public static byte[] withoutDigest(byte[] frame) {
        byte[] zeroed = frame.clone();
        Arrays.fill(zeroed, 28, 32, (byte) 0);
        return zeroed;
    }

    /** Little-endian field of a frame. */
    public static long field(byte[] frame, int offset, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | (frame[offset + i] & 0xFF);
        }
        return value;
    }

    /** The kind of a marked frame from K, or 0 where it bears no marker at its place. */
    public static int kind(byte[] frame) {
        return Arrays.equals(frame, 2, 6, hex(MARKER), 0, 4) ? frame[6] : 0;
    }

    private static ByteBuf marked(long value, int kind) {
        ByteBuf frame = Unpooled.wrappedBuffer(new byte[LENGTH]);
        frame.setLongLE(0, value);
        frame.setBytes(8, hex(MARKER));
        frame.setByte(12, kind);
        return frame;
    }
}
