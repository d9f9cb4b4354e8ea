// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;

/** Frames as 32 bytes, little-endian, read and made without the codec that the machines share. */
final class Octets {
    static final int LENGTH = 32;
    static final Registry REGISTRY = Registry.standard();
    static final long HELLO_OFFSET = REGISTRY.helloOffset();
    /** The kind of a frame without a marker. */
    static final int UNMARKED = -1;

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
    private static final List<String> HANDSHAKE = List.of("HELLO", "OFFER", "SELECT", "ACCEPT");
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

    /** The kind of a frame from K. */
    static int kindFromK(byte[] frame) {
        return u32(frame, 2) == MARKER ? u8(frame, 6) : UNMARKED;
    }

    /** The kind of a frame from D. */
    static int kindFromD(byte[] frame) {
        return u32(frame, 8) == MARKER ? u8(frame, 12) : UNMARKED;
    }

    /** Whether this is a marked frame of K's of that kind; SELECT and ABORT have their op. */
    static boolean isFromK(byte[] frame, int kind) {
        return kindFromK(frame) == kind && (kind == HELLO || u8(frame, 0) == HANDSHAKE_OP);
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

    /** Over HELLO, OFFER, SELECT, and ACCEPT if there is one. */
    static int digest(byte[]... frames) {
        return (int) Forge.digest(IntStream.range(0, frames.length)
                .mapToObj(i -> new Frame(REGISTRY.shape(HANDSHAKE.get(i)), frames[i]))
                .toList());
    }

    static String hex(byte[] bytes) {
        return HEX.formatHex(bytes).replaceAll("(.{8})", "$1 ").strip();
    }
}
