// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Offer;

/** A KVM side with a transport that writes all it gives at once, in virtual time, and a test that plays the peer. */
final class Conversation {
    static final int NONCE = 0x78;

    /** How much of what K gives is written. */
    enum Writing {
        AT_ONCE,
        STALLED
    }

    final KvmSide<String> side;
    final Map<String, AccessEnd> ends = new HashMap<>();
    Writing writing = Writing.AT_ONCE;
    long nowNanos = 5_000_000_000L;
    private final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    private byte[] hello = {};
    private byte[] select = {};

    Conversation(KvmPolicy policy) {
        side = new KvmSide<>(policy, NONCE);
    }

    static Conversation prefer() {
        return new Conversation(KvmPolicy.builder().build());
    }

    static Conversation require() {
        return new Conversation(KvmPolicy.builder().policy(Policy.REQUIRE).build());
    }

    /** A conversation after a detached handshake with a device side that offers this. */
    static Conversation open(KvmPolicy policy, int window, long features, int versions) {
        Conversation conversation = new Conversation(policy);
        conversation.negotiate();
        conversation.receive(Frames.offer(conversation.hello, 0, window, features, versions));
        conversation.receive(conversation.accept());
        assertEquals(KvmState.OPEN, conversation.side.state());
        return conversation;
    }

    /** Open in version 2 with all features and a window. */
    static Conversation openTagged(int window) {
        return open(KvmPolicy.builder().build(), window, 7, 7);
    }

    void negotiate() {
        side.negotiate(nowNanos);
        settle();
        hello = next();
    }

    void submit(String name, KvmCommand command) {
        side.submit(command, name, nowNanos);
        settle();
    }

    void read(String name, long offset) {
        submit(name, KvmCommand.read(1, offset, 4));
    }

    /** Sends a READ that is the HELLO, and takes it off what was sent. */
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
        for (Ended<String> ended = side.pollEnded(); ended != null; ended = side.pollEnded()) {
            assertTrue(ends.put(ended.token(), ended.end()) == null, "ended twice: " + ended.token());
        }
    }

    void assertFailed(Clause clause) {
        assertEquals(KvmState.FAILED, side.state());
        assertEquals(clause, side.failure().orElseThrow().clause().orElseThrow());
    }

    AccessEnd.Done done(String name) {
        return (AccessEnd.Done) ends.get(name);
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
