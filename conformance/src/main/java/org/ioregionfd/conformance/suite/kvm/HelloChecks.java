// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite.kvm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.engine.Clause;
import org.ioregionfd.conformance.engine.Judged;
import org.ioregionfd.conformance.forge.Access;
import org.ioregionfd.conformance.forge.Dialect;
import org.ioregionfd.conformance.forge.Forge;
import org.ioregionfd.conformance.oracle.ClauseKinds.Kind;
import org.ioregionfd.conformance.oracle.Frame;
import org.ioregionfd.conformance.oracle.Registry;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.suite.Checks;
import org.junit.jupiter.api.Test;

/** The HELLO that K sends, and when. */
@Checks
public class HelloChecks {
    private static final long GREASE = 0xff00_0000L;

    @Test
    @Clause({"HEL-005", "HEL-001"})
    void detachedHelloIsAnEightBitReadAtHelloOffset(KvmPeer kvm) {
        for (Dialect layout : List.of(Dialect.INFO_WORD, Dialect.BYTE_FIELDS)) {
            KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached().with("layout", label(layout)));
            Frame wanted = Forge.detachedHello(
                    layout, talk.hello().get("versions"), talk.hello().get("nonce"));
            talk.wire()
                    .require("read_head", wanted.get("read_head"), talk.hello().get("read_head"));
            talk.wire()
                    .require(
                            "offset",
                            Registry.standard().helloOffset(),
                            talk.hello().get("offset"));
            talk.open(KvmTalk.ALL);
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause({"HEL-001", "V0-001"})
    void attachedHelloIsTheReadThatWasAskedFor(KvmPeer kvm) {
        for (Dialect layout : List.of(Dialect.INFO_WORD, Dialect.BYTE_FIELDS)) {
            for (int sizeExponent = 0; sizeExponent <= 3; sizeExponent++) {
                Access access = new Access(0x1122334455667788L, 0x30 + sizeExponent, sizeExponent);
                KvmTalk talk = KvmTalk.attached(kvm, KvmTalk.connect().with("layout", label(layout)), access);
                boolean known =
                        heads(layout, sizeExponent).contains(talk.hello().get("read_head"));
                if (!known) {
                    throw talk.wire()
                            .violation(
                                    "a read head of " + label(layout),
                                    "read_head 0x"
                                            + Long.toHexString(talk.hello().get("read_head")));
                }
                talk.wire().require("user_data", access.userData(), talk.hello().get("user_data"));
                talk.wire().require("offset", access.offset(), talk.hello().get("offset"));
                kvm.expectDone(kvm.ask(Request.of("close")));
            }
        }
    }

    @Property
    @Clause("HEL-002")
    void versionsListsWhatTheUserAllows(
            KvmPeer kvm, @ForAll @IntRange(min = 1, max = 3) int allowed, @ForAll boolean require) {
        List<Integer> versions = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            if ((allowed & version) != 0) {
                versions.add(version);
            }
        }
        Request connect = (require ? KvmTalk.connectRequire() : KvmTalk.connectDetached()).with("versions", versions);
        KvmTalk talk = KvmTalk.detached(kvm, connect);
        talk.wire()
                .require(
                        "versions",
                        (long) allowed << 1 | (require ? 0 : 1),
                        talk.hello().get("versions"));
    }

    @Test
    @Clause({"HEL-003", "KST-010"})
    void nothingIsSentBetweenHelloAndOffer(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.attached(kvm, KvmTalk.connect(), KvmTalk.MEMORY);
        kvm.ask(Request.read(KvmTalk.MEMORY.withOffset(0x20)));
        kvm.ask(Request.posted(KvmTalk.MEMORY, 2));
        kvm.ask(Request.write(KvmTalk.MEMORY, 1));
        kvm.awaitRead();
        // What had been sent too early would stand before the SELECT.
        talk.select(KvmTalk.ALL);
    }

    @Test
    @Clause({"HEL-005", "HEL-003", "KST-010"})
    void nothingIsSentBesideADetachedHello(KvmPeer kvm) {
        for (Request connect : List.of(KvmTalk.connectDetached(), KvmTalk.connectRequire())) {
            Channel channel = kvm.connect(connect);
            kvm.ask(Request.posted(KvmTalk.MEMORY, 1));
            kvm.ask(Request.read(KvmTalk.MEMORY));
            kvm.awaitRead();
            KvmTalk talk = new KvmTalk(kvm, channel, channel.wire().expect("HELLO"), Optional.empty());
            // What had been sent too early would stand before the SELECT, or before the WRITE behind the ACCEPT.
            talk.open(KvmTalk.ALL);
            talk.requireSame(
                    Dialect.TAGGED.posted(KvmTalk.MEMORY, 1), talk.wire().expect(Dialect.TAGGED.command()));
            talk.wire().expect(Dialect.TAGGED.command());
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause("HEL-002")
    void listsVersion0AloneWhereTheUserAllowsNoOther(KvmPeer kvm) {
        Request connect = KvmTalk.connectDetached().with("versions", List.of());
        KvmTalk talk = KvmTalk.detached(kvm, connect);
        talk.wire().require("versions", 1, talk.hello().get("versions"));
    }

    @Test
    @Clause("HEL-003")
    void helloWaitsForTheResponseOfAnEarlierWrite(KvmPeer kvm) {
        Channel channel = kvm.connect(KvmTalk.connect());
        kvm.expectDone(channel.connect());
        Ticket write = kvm.ask(Request.write(KvmTalk.MEMORY, 0x55));
        Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
        kvm.awaitRead();
        new KvmTalk(kvm, channel, Forge.blank("HELLO"), Optional.empty())
                .requireSame(
                        Dialect.INFO_WORD.write(KvmTalk.MEMORY, 0x55),
                        channel.wire().expect(Dialect.INFO_WORD.command()));
        // Instead of the WRITE's response the stream ends: a HELLO that was sent already would stand before K's own
        // end.
        channel.wire().finish();
        channel.wire().expectClosed();
        kvm.expectError(write, "maybe-executed");
        kvm.expectError(read, "not-sent");
    }

    @Property
    @Clause({"HEL-004", "KST-007"})
    void theOffersValueCompletesTheAccess(
            KvmPeer kvm, @ForAll long value, @ForAll @IntRange(max = 3) int sizeExponent) {
        Access access = KvmTalk.MEMORY.withSizeExponent(sizeExponent);
        KvmTalk talk = KvmTalk.attached(kvm, KvmTalk.connect(), access);
        talk.wire().send(talk.offer(KvmTalk.ALL).with("value", value));
        kvm.expectValue(talk.carried().orElseThrow(), access.cut(value));
    }

    @Test
    @Clause("KST-007")
    void theOffersValueCompletesTheAccessEvenIfTheHandshakeFails(KvmPeer kvm) {
        KvmTalk talk =
                KvmTalk.attached(kvm, KvmTalk.connect().with("require_features", List.of("FENCE")), KvmTalk.MEMORY);
        talk.wire().send(talk.offer(new Forge.Terms(0b111, 0, 1)).with("value", 0x2a));
        kvm.expectValue(talk.carried().orElseThrow(), 0x2a);
        talk.expectAbort("REQUIRED_FEATURE_MISSING", KvmTalk.FENCE);
    }

    @Test
    @Judged(by = Kind.STOCHASTIC)
    @Clause("HEL-006")
    void noncesDiffer(KvmPeer kvm) {
        Set<Long> nonces = new HashSet<>();
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached());
        for (int i = 0; i < 8; i++) {
            nonces.add(talk.hello().get("nonce"));
            kvm.ask(Request.of("close"));
            talk = KvmTalk.detached(kvm, KvmTalk.connectDetached());
        }
        if (nonces.size() < 7) {
            throw talk.wire().violation("8 different nonces", nonces.size() + " of 8");
        }
    }

    /** Numbers that are counted are no nonces: whoever has seen one knows the next. */
    @Test
    @Judged(by = Kind.STOCHASTIC)
    @Clause("HEL-006")
    void noncesAreNotCounted(KvmPeer kvm) {
        long[] nonces = new long[4];
        for (int i = 0; i < nonces.length; i++) {
            nonces[i] = KvmTalk.detached(kvm, KvmTalk.connectDetached()).hello().get("nonce");
            kvm.ask(Request.of("close"));
        }
        long step = nonces[1] - nonces[0] & 0xffff_ffffL;
        boolean isCounted =
                (nonces[2] - nonces[1] & 0xffff_ffffL) == step && (nonces[3] - nonces[2] & 0xffff_ffffL) == step;
        if (isCounted) {
            throw KvmTalk.detached(kvm, KvmTalk.connectDetached())
                    .wire()
                    .violation("nonces that cannot be foretold", "nonces that differ by " + step);
        }
    }

    @Test
    @Clause("POL-001")
    void offSendsNoHello(KvmPeer kvm) {
        for (Dialect layout : List.of(Dialect.INFO_WORD, Dialect.BYTE_FIELDS)) {
            KvmTalk.off(kvm, layout).expectLegacyRead(layout, KvmTalk.MEMORY, 0x1234);
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause("POL-002")
    void requireNegotiatesBeforeTheFirstAccess(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectRequire());
        talk.wire()
                .require(
                        "offset",
                        Registry.standard().helloOffset(),
                        talk.hello().get("offset"));
        talk.open(KvmTalk.ALL);
    }

    @Test
    @Clause("POL-003")
    void requireWithAnAttachedHelloIsRefused(KvmPeer kvm) {
        kvm.expectError(kvm.ask(KvmTalk.connectRequire().with("hello", "attached")), "usage");
    }

    @Test
    @Clause("POL-003")
    void requireWithoutAVersionIsRefused(KvmPeer kvm) {
        kvm.expectError(kvm.ask(KvmTalk.connectRequire().with("versions", List.of())), "usage");
    }

    @Test
    @Clause("POL-003")
    void aRequiredFeatureThatIsNotAllowedIsRefused(KvmPeer kvm) {
        Request connect = KvmTalk.connect().with("features", List.of("FENCE"));
        kvm.expectError(kvm.ask(connect.with("require_features", List.of("OUT_OF_ORDER"))), "usage");
        kvm.expectError(kvm.ask(connect.with("require_features", List.of("FENCE", "POSTED_WRITES"))), "usage");
    }

    @Test
    @Clause("GRS-001")
    void greaseIsSetByDefaultAndTheSameForASeed(KvmPeer kvm) {
        long first = versionsOf(
                kvm, KvmTalk.connectPlainly().with("hello", "detached").with("grease_seed", 7));
        long again = versionsOf(
                kvm, KvmTalk.connectPlainly().with("hello", "detached").with("grease_seed", 7));
        long byDefault = versionsOf(kvm, KvmTalk.connectPlainly().with("hello", "detached"));
        long required = versionsOf(kvm, KvmTalk.connectPlainly().with("policy", "require"));
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached());
        talk.wire().require("the grease of the same seed", first & GREASE, again & GREASE);
        talk.wire().require("grease under REQUIRE", 0, required & GREASE);
        if ((byDefault & GREASE) == 0 || (first & GREASE) == 0) {
            throw talk.wire().violation("one or more of the bits 24..31 of versions", "none");
        }
    }

    private static long versionsOf(KvmPeer kvm, Request connect) {
        long versions = KvmTalk.detached(kvm, connect).hello().get("versions");
        kvm.ask(Request.of("close"));
        return versions;
    }

    private static Set<Long> heads(Dialect layout, int sizeExponent) {
        Set<Long> heads = new HashSet<>();
        for (Registry.ReadHead head : Registry.standard().readHeads()) {
            int exponent = layout == Dialect.INFO_WORD ? head.byte0() >> 4 & 3 : head.byte1() & 0xf;
            if (head.layout().equals(layout.name()) && exponent == sizeExponent) {
                heads.add((long) head.field());
            }
        }
        return heads;
    }

    static String label(Dialect layout) {
        return layout == Dialect.INFO_WORD ? "info-word" : "byte-fields";
    }
}
