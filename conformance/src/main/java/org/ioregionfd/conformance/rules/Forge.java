// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Frames made from the registry, right ones and wrong ones. Every method returns a new frame. */
public final class Forge {
    private static final Registry REGISTRY = Registry.standard();

    /** Features, as in a SELECT. */
    public static final long POSTED_WRITES = feature("POSTED_WRITES");

    public static final long OUT_OF_ORDER = feature("OUT_OF_ORDER");
    public static final long FENCE = feature("FENCE");

    private Forge() {}

    private static long feature(String name) {
        return 1L << REGISTRY.code("features", name);
    }

    /** The frame called {@code name}, with its constants, zero elsewhere. */
    public static Frame blank(String name) {
        return REGISTRY.shape(name).blank();
    }

    /** A HELLO at {@code access}, whatever its offset. */
    public static Frame hello(Registry.ReadHead head, Access access, long nonce) {
        return blank("HELLO")
                .with("read_head", head.field())
                .with("user_data", access.userData())
                .with("offset", access.offset())
                .with("nonce", nonce);
    }

    /** The HELLO that a READ of {@code access} in {@code layout}, resp set, becomes. HEL-007 */
    public static Frame attachedHello(Dialect layout, Access access, long nonce) {
        return hello(readHead(layout, access.sizeExponent()), access, nonce);
    }

    /** The read head of a HELLO in {@code layout} (INFO_WORD or BYTE_FIELDS) with this size exponent, resp set. */
    public static Registry.ReadHead readHead(Dialect layout, int sizeExponent) {
        Frame read = layout.read(new Access(0, 0, sizeExponent));
        return new Registry.ReadHead(layout.name(), read.at(0), read.at(1));
    }

    /** A HELLO that asks for no access, as K sends it: an 8-bit READ in {@code layout} at HELLO_OFFSET. HEL-005. */
    public static Frame detachedHello(Dialect layout, long nonce) {
        return attachedHello(layout, new Access(0, REGISTRY.helloOffset(), 0), nonce);
    }

    /** An OFFER as D sends it. */
    public static Frame offer(Frame hello, Terms terms) {
        return blank("OFFER")
                .with("max_inflight", terms.maxInflight())
                .with("features", terms.features())
                .with("versions", terms.versions())
                .with("nonce", hello.get("nonce"));
    }

    /** A SELECT of these terms with the right digest. */
    public static Frame select(Frame hello, Frame offer, Choice choice) {
        return sealed(
                hello,
                offer,
                blank("SELECT")
                        .with("version", choice.version())
                        .with("max_inflight", choice.maxInflight())
                        .with("features", choice.features()));
    }

    /** {@code select} with its digest made right. DIG-001. */
    public static Frame sealed(Frame hello, Frame offer, Frame select) {
        return select.with("digest", digest(List.of(hello, offer, select)));
    }

    /** The ACCEPT that repeats {@code select}, with the right digest. DIG-002. */
    public static Frame accept(Frame hello, Frame offer, Frame select) {
        Frame accept = blank("ACCEPT")
                .with("version", select.get("version"))
                .with("max_inflight", select.get("max_inflight"))
                .with("features", select.get("features"));
        return accept.with("digest", digest(List.of(hello, offer, select, accept)));
    }

    /** A REJECT with this reason, by its name in the registry, and detail. */
    public static Frame reject(String reason, long detail) {
        return blank("REJECT").with("reason", REGISTRY.code("reasons", reason)).with("detail", detail);
    }

    /** An ABORT with this reason, by its name in the registry, and detail. */
    public static Frame abort(String reason, long detail) {
        return blank("ABORT").with("reason", REGISTRY.code("reasons", reason)).with("detail", detail);
    }

    /**
     * The digest of a handshake: CRC-32C over {@code frames} one after the other, each digest field in them taken as zero. DIG-001, DIG-002
     *
     * @param frames the last HELLO, its OFFER, the SELECT, and for an ACCEPT's digest the ACCEPT, as they were on the wire
     * @return 0..0xFFFFFFFF
     */
    public static long digest(List<Frame> frames) {
        CRC32C crc = new CRC32C();
        for (Frame frame : frames) {
            byte[] bytes = frame.bytes();
            // [DIG-002] a CRC over its own value would be the same whatever bytes came before it.
            frame.shape()
                    .find("digest")
                    .ifPresent(field -> Arrays.fill(bytes, field.offset(), field.offset() + field.width(), (byte) 0));
            crc.update(bytes);
        }
        return crc.getValue();
    }

    /** {@code frame} with one byte replaced, whatever field it belongs to. */
    public static Frame withByte(Frame frame, int index, int value) {
        byte[] bytes = frame.bytes();
        bytes[index] = (byte) value;
        return new Frame(frame.shape(), bytes);
    }

    /** {@code frame} with the marker and {@code kind} in K's places. */
    public static Frame marked(Frame frame, int kind) {
        return new Frame(frame.shape(), REGISTRY.marked(frame.bytes(), kind));
    }

    /** The terms of an OFFER. {@code versions} and {@code features} are bitmaps. */
    public record Terms(long versions, long features, int maxInflight) {
        /** The same with another window. */
        public Terms withWindow(int other) {
            return new Terms(versions, features, other);
        }
    }

    /** The terms of a SELECT. {@code features} is a bitmap; no value is checked, so that wrong ones can be sent. */
    public record Choice(int version, long features, int maxInflight) {
        /** The same with another version. */
        public Choice withVersion(int other) {
            return new Choice(other, features, maxInflight);
        }

        /** The same with other features. */
        public Choice withFeatures(long other) {
            return new Choice(version, other, maxInflight);
        }
    }
}
