// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Frames as 32 bytes, little-endian, read and made without the codec that the machines share. */
final class Octets {
    static final int LENGTH = 32;
    static final long HELLO_OFFSET = 0x7FFF_FFFF_FFFF_FF00L;
    static final int HELLO = 1;
    static final int OFFER = 2;
    static final int SELECT = 3;
    static final int ACCEPT = 4;
    static final int REJECT = 5;
    static final int ABORT = 6;
    static final int HANDSHAKE_OP = 0x0F;
    static final int DIGEST = 28;

    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MARKER = 0x4852_4F49;
    private static final HexFormat HEX = HexFormat.of();

    private Octets() {}

    static int u8(byte[] frame, int at) {
        return frame[at] & 0xFF;
    }

    static int u16(byte[] frame, int at) {
        return u8(frame, at) | u8(frame, at + 1) << 8;
    }

    static int u32(byte[] frame, int at) {
        return u16(frame, at) | u16(frame, at + 2) << 16;
    }

    static long u64(byte[] frame, int at) {
        return (long) U64.get(frame, at);
    }

    static void set16(byte[] frame, int at, int value) {
        frame[at] = (byte) value;
        frame[at + 1] = (byte) (value >>> 8);
    }

    static void set32(byte[] frame, int at, int value) {
        set16(frame, at, value);
        set16(frame, at + 2, value >>> 16);
    }

    static void set64(byte[] frame, int at, long value) {
        U64.set(frame, at, value);
    }

    static boolean isMarkedByK(byte[] frame) {
        return u32(frame, 2) == MARKER;
    }

    static boolean isMarkedByD(byte[] frame) {
        return u32(frame, 8) == MARKER;
    }

    /** The kind of a marked frame from K. */
    static int kindFromK(byte[] frame) {
        return u8(frame, 6);
    }

    /** The kind of a marked frame from D. */
    static int kindFromD(byte[] frame) {
        return u8(frame, 12);
    }

    /** Whether this is a marked frame of K's of that kind; SELECT and ABORT have their op. */
    static boolean isFromK(byte[] frame, int kind) {
        return isMarkedByK(frame) && kindFromK(frame) == kind && (kind == HELLO || u8(frame, 0) == HANDSHAKE_OP);
    }

    static boolean isFromD(byte[] frame, int kind) {
        return isMarkedByD(frame) && kindFromD(frame) == kind;
    }

    static byte[] markedByK(int kind) {
        byte[] frame = new byte[LENGTH];
        set32(frame, 2, MARKER);
        frame[6] = (byte) kind;
        return frame;
    }

    static byte[] markedByD(int kind) {
        byte[] frame = new byte[LENGTH];
        set32(frame, 8, MARKER);
        frame[12] = (byte) kind;
        return frame;
    }

    /** The offset of the first byte in the range that is not zero, or -1. */
    static int firstNonZero(byte[] frame, int from, int to) {
        for (int at = from; at < to; at++) {
            if (frame[at] != 0) {
                return at;
            }
        }
        return -1;
    }

    /** [DIG-001, DIG-002] Over HELLO, OFFER, SELECT, and ACCEPT where there is one. */
    static int digest(byte[]... frames) {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < frames.length; i++) {
            if (i < 2) {
                crc.update(frames[i]);
            } else {
                crc.update(frames[i], 0, DIGEST);
                crc.update(new byte[LENGTH - DIGEST]);
            }
        }
        return (int) crc.getValue();
    }

    /** What counts of 64 bits in an access of 2^exponent bytes. */
    static long ones(int sizeExponent) {
        return sizeExponent >= 3 ? -1L : (1L << (8 << sizeExponent)) - 1;
    }

    static String hex(byte[] bytes) {
        return HEX.formatHex(bytes).replaceAll("(.{8})", "$1 ").strip();
    }
}
