// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Status;
import org.jspecify.annotations.Nullable;

/** A KVM side with a transport that writes everything at once, in virtual time; the test plays the peer. */
final class KvmHarness {
    static final int NONCE = 0x78;

    /** How many of K's bytes are written. */
    enum Writing {
        AT_ONCE,
        STALLED
    }

    final KvmSide<String> side;
    /** The accesses that ended, by their name. */
    final Map<String, KvmAccess<String>> ends = new HashMap<>();

    Writing writing = Writing.AT_ONCE;
    long nowNanos = 5_000_000_000L;
    private final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    private byte[] hello = {};
    private byte[] select = {};

    KvmHarness(KvmPolicy policy) {
        side = new KvmSide<>(policy, NONCE);
    }

    KvmHarness(KvmPolicy.Builder policy) {
        this(policy.build());
    }

    static KvmHarness off() {
        return off(Layout.INFO_WORD);
    }

    static KvmHarness off(Layout layout) {
        return new KvmHarness(KvmPolicy.builder().policy(Policy.OFF).layout(layout));
    }

    static KvmHarness prefer() {
        return new KvmHarness(KvmPolicy.builder());
    }

    static KvmHarness require() {
        return new KvmHarness(KvmPolicy.builder().policy(Policy.REQUIRE));
    }

    /** Open by a detached HELLO with a device side that offers this. */
    KvmHarness opened(int window, long features, int versions) {
        negotiate(window, features, versions);
        receive(accept());
        assertEquals(KvmState.OPEN, side.state());
        return this;
    }

    static KvmHarness open(int window, long features, int versions) {
        return prefer().opened(window, features, versions);
    }

    /** Open in version 2 with all features and a window. */
    static KvmHarness openTagged(int window) {
        return open(window, 7, 7);
    }

    /** Sends a detached HELLO, and removes it from the sent frames. */
    void negotiate() {
        side.negotiate(nowNanos);
        settle();
        hello = next();
    }

    /** The same, and receives an OFFER. */
    void negotiate(int window, long features, int versions) {
        negotiate();
        receive(Frames.offer(hello, 0, window, features, versions));
    }

    KvmAccess<String> submit(String name, KvmCommand command) {
        return submit(new KvmAccess<>(name).ask(command));
    }

    KvmAccess<String> submit(KvmAccess<String> access) {
        side.submit(access, nowNanos);
        settle();
        return access;
    }

    KvmAccess<String> read(String name, long offset) {
        return submit(name, KvmCommand.read(1, offset, 4));
    }

    /** Sends a READ that carries the HELLO, and removes it from the sent frames. */
    void readAttached(String name) {
        read(name, 0x10);
        hello = next();
        assertEquals(1, Frames.kind(hello));
    }

    void receive(byte[]... frames) {
        ByteBuf bytes = Unpooled.wrappedBuffer(frames);
        side.receive(bytes, nowNanos);
        assertEquals(0, bytes.readableBytes());
        settle();
    }

    /** An OFFER to the HELLO that was sent. */
    byte[] offer(long value) {
        return Frames.offer(hello, value);
    }

    /** An ACCEPT of the SELECT that is next in what was sent. */
    byte[] accept() {
        select = next();
        assertEquals(3, Frames.kind(select));
        return Frames.accept(hello, receivedOffer(), select);
    }

    byte[] hello() {
        return hello;
    }

    byte[] select() {
        return select;
    }

    void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
        side.deadlineReached(nowNanos);
        settle();
    }

    void peerCloses() {
        side.peerClosed(nowNanos);
        settle();
    }

    void close() {
        side.close(nowNanos);
        settle();
    }

    /** The next frame that was sent and not looked at yet. */
    byte[] next() {
        assertTrue(!sent.isEmpty(), "nothing was sent");
        return sent.remove();
    }

    /** How many frames were sent and not looked at yet. */
    int unseen() {
        return sent.size();
    }

    /** Writes what is given, frame by frame. */
    void settle() {
        while (writing == Writing.AT_ONCE && side.takeable() > 0) {
            ByteBuf out = Unpooled.buffer(Frames.LENGTH);
            side.take(out, Frames.LENGTH);
            assertEquals(Frames.LENGTH, out.readableBytes());
            sent.add(out.array().clone());
            side.written(Frames.LENGTH, nowNanos);
        }
        for (KvmAccess<String> ended = side.pollEndedAccess(); ended != null; ended = side.pollEndedAccess()) {
            assertTrue(ends.put(ended.token(), ended) == null, "ended twice: " + ended.token());
        }
    }

    void assertFailed(Clause clause) {
        assertEquals(KvmState.FAILED, side.state());
        assertEquals(clause, side.failure().orElseThrow().clause().orElseThrow());
    }

    /** How the access ended; null if it has not. */
    @Nullable
    AccessEnd end(String name) {
        return ends.containsKey(name) ? ends.get(name).end() : null;
    }

    /** The value of an access that is done. */
    long value(String name) {
        assertEquals(AccessEnd.DONE, end(name));
        return ends.get(name).value();
    }

    void assertDone(String name, long value, Optional<Status> status) {
        assertEquals(value, value(name));
        assertEquals(status, ends.get(name).status());
    }

    private byte[] receivedOffer() {
        Offer last = side.offer().orElseThrow();
        return Frames.offer(
                hello,
                last.value(),
                last.maxInflight(),
                last.features().bits(),
                last.versions().bits());
    }
}
