// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Hints;
import org.ioregionfd.conformance.rules.Registry;

/**
 * A channel on which K has sent its HELLO: the suite is D and must answer.
 *
 * @param carried the access that the HELLO carries; empty for a detached HELLO
 */
record KvmSession(KvmPeer kvm, Channel channel, Frame hello, Optional<Ticket> carried) {
    private static final Registry KNOWN = Registry.known();

    /** Every version for which there are checks. */
    static final long VERSIONS = KNOWN.versionMask();

    /** Every feature for which there are checks. */
    static final long FEATURES = KNOWN.featureMask();

    /** All of them, and a window of 64. */
    static final Terms ALL = new Terms(VERSIONS, FEATURES, 64);

    /** A 32-bit access to memory of region 1. */
    static final Access MEMORY = new Access(1, 0x10, 2);

    /** Longer than any check: a channel that must fail because of a frame must not fail because of K's deadline. */
    private static final int DEADLINE_MILLIS = 60_000;

    /** How long a woken K may take before the READ is requested, so that the two do not race. */
    private static final Duration A_MOMENT = Duration.ofMillis(200);

    /** A request to connect without any option that is visible on the wire. */
    static Request connect() {
        return Request.of("connect").with("deadline_ms", DEADLINE_MILLIS);
    }

    /** The same with a detached HELLO. */
    static Request connectDetached() {
        return connect().with("hello", "detached");
    }

    /** The same with the policy REQUIRE. */
    static Request connectRequire() {
        return connect().with("policy", "require");
    }

    /** Connects and takes the detached HELLO. */
    static KvmSession detached(KvmPeer kvm, Request connect) {
        Channel channel = kvm.connect(connect);
        return new KvmSession(kvm, channel, channel.wire().expect("HELLO"), Optional.empty());
    }

    /** The same for a K without other options. */
    static KvmSession detached(KvmPeer kvm) {
        return detached(kvm, connectDetached());
    }

    /** Completes such a handshake; K is then in Open. */
    static KvmSession opened(KvmPeer kvm, Terms terms) {
        return detached(kvm).open(terms);
    }

    /** Connects, asks for a READ of memory, and takes the HELLO that must carry it. */
    static KvmSession attached(KvmPeer kvm) {
        return attached(kvm, connect(), MEMORY);
    }

    /** Connects, asks for a READ of {@code access}, and takes the HELLO that must carry it. */
    static KvmSession attached(KvmPeer kvm, Request connect, Access access) {
        return withoutHello(kvm, connect.with("hello", "attached")).attached(access);
    }

    /** On a channel without a HELLO so far: asks for a READ of {@code access}, and takes the HELLO that must carry it. */
    KvmSession attached(Access access) {
        Ticket read = kvm.ask(Request.read(access));
        return new KvmSession(kvm, channel, wire().expect("HELLO"), Optional.of(read));
    }

    Conversation wire() {
        return channel.wire();
    }

    /** The OFFER of these terms to this HELLO. */
    Frame offer(Terms terms) {
        return Forge.offer(hello, terms);
    }

    /** Sends {@code offer} and takes the SELECT, which must come with the right digest. DIG-001 */
    Frame select(Frame offer) {
        wire().send(offer);
        Frame select = wire().expect("SELECT");
        String known = Hints.ofDigest(List.of(hello, offer, select), select.get("digest"));
        return Violation.breaking("DIG-001", () -> {
            wire().require("digest", Forge.sealed(hello, offer, select).get("digest"), select.get("digest"), known);
            return select;
        });
    }

    /** The same for the OFFER of {@code terms}. */
    Frame select(Terms terms) {
        return select(offer(terms));
    }

    /** Connects without a HELLO: because of the policy or a pin, or because the HELLO is attached to the first READ. */
    static KvmSession withoutHello(KvmPeer kvm, Request connect) {
        Channel channel = kvm.connect(connect);
        kvm.expectDone(channel.connect());
        return new KvmSession(kvm, channel, Forge.blank("HELLO"), Optional.empty());
    }

    /** The same under OFF, in {@code layout}. */
    static KvmSession off(KvmPeer kvm, Dialect layout) {
        return withoutHello(kvm, connect().with("policy", "off").with("layout", layout.label()));
    }

    /** Completes the handshake; K is then in Open. */
    KvmSession open(Terms terms) {
        return Violation.breaking(Violation.UNKNOWN, () -> {
            Frame offer = offer(terms);
            wire().send(Forge.accept(hello, offer, select(offer)));
            if (carried.isEmpty()) {
                expectState(kvm.expectDone(channel.connect()), "open");
            }
            return this;
        });
    }

    /** Requires that K closes the channel without a frame, and that the driver reports the handshake as failed. */
    void expectFailed() {
        wire().expectClosed();
        if (carried.isEmpty()) {
            expectState(kvm.expectError(channel.connect(), "negotiation"), "failed");
        } else {
            expectNextIsNotSent();
        }
    }

    /** Sends {@code frames} in one write, and requires that the handshake fails. */
    void failsOn(Frame... frames) {
        wire().send(frames);
        expectFailed();
    }

    /** Requires that the driver reports the handshake as failed, with the reason of this name. REJ-002 */
    void expectRejected(String reason) {
        Answer answer = kvm.expectError(channel.connect(), "negotiation");
        if (!answer.toString().contains(reason)) {
            throw KvmPeer.wrong("a message with the reason " + reason, answer);
        }
    }

    /** Requires a HELLO that is detached. HEL-005 */
    void requireDetached() {
        wire().require("offset", Registry.standard().helloOffset(), hello.get("offset"));
    }

    /** Requires {@code select} to select {@code choice}. */
    void requireChoice(Choice choice, Frame select) {
        wire().require("version", choice.version(), select.get("version"));
        wire().require("features", choice.features(), select.get("features"));
        wire().require("max_inflight", choice.maxInflight(), select.get("max_inflight"));
    }

    /**
     * Requires that K closes the channel without a frame, although a READ is requested. A K that incoming bytes wake closes
     * at once; another K may look only just before it sends. The READ must not be sent.
     */
    void expectFailedAtTheLatestByTheNextUse() {
        wire().hasNewsWithin(A_MOMENT);
        Ticket next = kvm.ask(Request.read(MEMORY));
        wire().expectClosed();
        expectState(kvm.expectError(next, "not-sent"), "failed");
    }

    /** Requires this ABORT, then the close of the channel, and that the driver reports the handshake as failed. ABT-002 */
    void expectAbort(String reason, long detail) {
        expectAbort(wire(), reason, detail);
        expectFailed();
    }

    /** Takes the ABORT that must be this one. */
    static Frame expectAbort(Conversation wire, String reason, long detail) {
        Frame abort = wire.expect("ABORT");
        wire.require("reason (" + reason + ")", KNOWN.code("reasons", reason), abort.get("reason"));
        wire.require("detail (ABORT " + reason + ")", detail, abort.get("detail"));
        return abort;
    }

    /** Sends an OFFER of these terms, and requires this ABORT. */
    void aborts(Terms terms, String reason, long detail) {
        wire().send(offer(terms));
        expectAbort(reason, detail);
    }

    /** An access on a failed channel ends at once, and K sends nothing of it. */
    void expectNextIsNotSent() {
        kvm.expectError(kvm.ask(Request.read(MEMORY)), "not-sent");
    }

    /** Asks for a READ and answers it without a marker; K must then be in Legacy. */
    void expectLegacyRead(Dialect layout, Access access, long value) {
        Ticket read = kvm.ask(Request.read(access));
        Frame command = wire().expect(layout.command());
        requireSame(layout.read(access), command);
        wire().send(layout.response().blank().with("data", value));
        Answer answer = kvm.expectValue(read, access.cut(value));
        expectState(answer, "legacy");
    }

    /** Takes the command that must be {@code wanted}, except for a bit that is K's choice. */
    void expectCommand(Frame wanted) {
        requireSame(wanted, wire().expect(wanted.shape()));
    }

    /** The ACCEPT of what K selects from {@code offer}, which is sent. */
    Frame accept(Frame offer) {
        return Forge.accept(hello, offer, select(offer));
    }

    /**
     * Requires that K closes the channel without a frame, and that the driver reports these accesses as ones that may have
     * been executed.
     */
    void expectBroken(Ticket... sent) {
        wire().expectClosed();
        for (Ticket access : sent) {
            kvm.expectError(access, "maybe-executed");
        }
    }

    /** Requires every byte of {@code seen} to be as in {@code wanted}, except for a bit that is K's choice. */
    void requireSame(Frame wanted, Frame seen) {
        // [V0-001] resp of a READ in the byte-fields layout
        boolean free = wanted.shape().equals(Dialect.BYTE_FIELDS.command()) && wanted.get("cmd") == 0;
        if (!wanted.equals(free ? Dialect.BYTE_FIELDS.answered(seen) : seen)) {
            throw wire().violation("the command\n" + wanted, "\n" + seen);
        }
    }

    /** Requires the driver's report of its channel. */
    static Answer expectState(Answer answer, String state) {
        if (!answer.state().equals(state)) {
            throw KvmPeer.wrong("the channel in state " + state, answer);
        }
        return answer;
    }

    /** Requires an open channel of these terms. */
    static void expectOpen(Answer answer, int version, List<String> features, int maxInflight) {
        expectState(answer, "open");
        boolean same = answer.version().orElse(-1) == version
                && answer.maxInflight().orElse(-1) == maxInflight
                && answer.features().containsAll(features)
                && answer.features().size() == features.size();
        if (!same) {
            throw KvmPeer.wrong(
                    "open, version " + version + ", features " + features + ", window " + maxInflight, answer);
        }
    }
}
