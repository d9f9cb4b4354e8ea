// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.EndsThePeer;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.junit.jupiter.api.Test;

/** K's HELLO, and its time. */
@Checks
public class HelloChecks {
    private static final int NONCE_MAX = 0xff;

    /** So many that right nonces look wrong only once in billions of runs. HEL-006 */
    private static final int NONCES = 64;

    /** The same where a single number would have to be foretold each time. */
    private static final int FEW_NONCES = 8;

    @Test
    @Clause("HEL-005")
    void detachedHelloIsAnEightBitReadAtHelloOffset(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk =
                    KvmSession.detached(kvm, KvmSession.connectDetached().with("layout", layout.label()));
            requireEightBitRead(talk, layout);
            talk.requireDetached();
            talk.open(KvmSession.ALL);
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause({"HEL-003", "KST-010"})
    void nothingIsSentBetweenHelloAndOffer(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(kvm);
        kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
        kvm.ask(Request.posted(KvmSession.MEMORY, 2));
        kvm.ask(Request.write(KvmSession.MEMORY, 1));
        kvm.awaitRead();
        // A frame that was sent too early would come before the SELECT.
        talk.select(KvmSession.ALL);
    }

    @Test
    @Clause({"HEL-005", "HEL-003", "KST-010"})
    void nothingIsSentBesideADetachedHello(KvmPeer kvm) {
        for (Request connect : List.of(KvmSession.connectDetached(), KvmSession.connectRequire())) {
            Channel channel = kvm.connect(connect);
            kvm.ask(Request.posted(KvmSession.MEMORY, 1));
            kvm.ask(Request.read(KvmSession.MEMORY));
            kvm.awaitRead();
            KvmSession talk = new KvmSession(kvm, channel, channel.wire().expect("HELLO"), Optional.empty());
            // A frame that was sent too early would come before the SELECT, or before the WRITE after the ACCEPT.
            talk.open(KvmSession.ALL);
            talk.expectCommand(Dialect.TAGGED.posted(KvmSession.MEMORY, 1));
            talk.wire().expect(Dialect.TAGGED.command());
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause("HEL-003")
    void helloWaitsForTheResponseOfAnEarlierWrite(KvmPeer kvm) {
        Channel channel = kvm.connect(KvmSession.connect());
        kvm.expectDone(channel.connect());
        Ticket write = kvm.ask(Request.write(KvmSession.MEMORY, 0x55));
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        kvm.awaitRead();
        new KvmSession(kvm, channel, Forge.blank("HELLO"), Optional.empty())
                .requireSame(
                        Dialect.INFO_WORD.write(KvmSession.MEMORY, 0x55),
                        channel.wire().expect(Dialect.INFO_WORD.command()));
        // The stream ends instead of the WRITE's response: a HELLO that was already sent would come before K's own end.
        channel.wire().finish();
        channel.wire().expectClosed();
        kvm.expectError(write, "maybe-executed");
        kvm.expectError(read, "not-sent");
    }

    @Property
    @Clause({"HEL-004", "KST-007"})
    void theOffersValueCompletesTheAccess(
            KvmPeer kvm, @ForAll long value, @ForAll @IntRange(max = 3) int sizeExponent) {
        Access access = KvmSession.MEMORY.withSizeExponent(sizeExponent);
        KvmSession talk = KvmSession.attached(kvm, KvmSession.connect(), access);
        talk.wire().send(talk.offer(KvmSession.ALL).with("value", value));
        kvm.expectValue(talk.carried().orElseThrow(), access.cut(value));
    }

    @Test
    @Clause("KST-007")
    void theOffersValueCompletesTheAccessEvenIfTheHandshakeFails(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(
                kvm, KvmSession.connect().with("require_features", List.of("FENCE")), KvmSession.MEMORY);
        talk.wire().send(talk.offer(new Forge.Terms(KvmSession.VERSIONS, 0, 1)).with("value", 0x2a));
        kvm.expectValue(talk.carried().orElseThrow(), 0x2a);
        talk.expectAbort("REQUIRED_FEATURE_MISSING", Forge.FENCE);
    }

    @Test
    @Judged(by = Kind.STOCHASTIC)
    @Clause("HEL-006")
    void noncesDiffer(KvmPeer kvm) {
        List<Long> nonces = nonces(kvm, NONCES);
        Set<Long> different = new HashSet<>(nonces);
        if (different.size() < NONCES / 2) {
            throw wrong(NONCES + " nonces that are random", "only " + different.size() + " numbers: " + nonces);
        }
        long set = 0;
        long clear = 0;
        for (long nonce : nonces) {
            set |= nonce;
            clear |= ~nonce & NONCE_MAX;
        }
        if (set != NONCE_MAX || clear != NONCE_MAX) {
            throw wrong("nonces of which each bit is random", "a bit that is the same in all of " + nonces);
        }
    }

    /** A counter is no nonce: a peer that has seen one value knows the next. */
    @Test
    @Judged(by = Kind.STOCHASTIC)
    @Clause("HEL-006")
    void noncesAreNotCounted(KvmPeer kvm) {
        List<Long> nonces = nonces(kvm, FEW_NONCES);
        Set<Long> steps = new HashSet<>();
        for (int i = 1; i < nonces.size(); i++) {
            steps.add(nonces.get(i) - nonces.get(i - 1) & NONCE_MAX);
        }
        if (steps.size() == 1) {
            throw wrong("nonces that cannot be foretold", "nonces that differ by " + steps);
        }
    }

    /** A program that begins anew is another one: it does not draw the numbers of the one before again. */
    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.STOCHASTIC)
    @EndsThePeer
    @Clause("HEL-006")
    void noncesAreNotTheSameAfterEachStart(KvmPeer kvm) throws NotAttached {
        startAgain(kvm);
        List<Long> before = nonces(kvm, FEW_NONCES);
        startAgain(kvm);
        List<Long> after = nonces(kvm, FEW_NONCES);
        if (after.equals(before)) {
            throw wrong("other nonces than those of the program before", "the same: " + after);
        }
    }

    private static void startAgain(KvmPeer kvm) throws NotAttached {
        kvm.endInput();
        kvm.expectEnd();
        kvm.attach();
    }

    private static Violation wrong(String expected, String seen) {
        return new Violation(Violation.Kind.WRONG_ANSWER, expected, seen, "");
    }

    /** Those of the HELLOs of so many channels. */
    private static List<Long> nonces(KvmPeer kvm, int count) {
        List<Long> nonces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            KvmSession talk = KvmSession.detached(kvm);
            nonces.add(talk.hello().get("nonce"));
            kvm.expectDone(kvm.ask(Request.of("close")));
            talk.wire().close();
        }
        return nonces;
    }

    /** Whatever would carry it. */
    @Test
    @Clause("POL-001")
    void offSendsNoHello(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession.off(kvm, layout).expectLegacyRead(layout, KvmSession.MEMORY, 0x1234);
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
        for (String hello : List.of("attached", "detached")) {
            Request connect = KvmSession.connect().with("policy", "off").with("hello", hello);
            KvmSession.withoutHello(kvm, connect).expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 0x1234);
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause("POL-002")
    void requireNegotiatesBeforeTheFirstAccess(KvmPeer kvm) {
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectRequire());
        talk.requireDetached();
        talk.open(KvmSession.ALL);
    }

    @Test
    @Clause("POL-003")
    void requireWithAnAttachedHelloIsRefused(KvmPeer kvm) {
        kvm.expectError(kvm.ask(KvmSession.connectRequire().with("hello", "attached")), "usage");
    }

    @Test
    @Clause("POL-003")
    void requireWithoutAVersionIsRefused(KvmPeer kvm) {
        kvm.expectError(kvm.ask(KvmSession.connectRequire().with("versions", List.of())), "usage");
    }

    @Test
    @Clause("POL-003")
    void aRequiredFeatureThatIsNotAllowedIsRefused(KvmPeer kvm) {
        Request connect = KvmSession.connect().with("features", List.of("FENCE"));
        kvm.expectError(kvm.ask(connect.with("require_features", List.of("OUT_OF_ORDER"))), "usage");
        kvm.expectError(kvm.ask(connect.with("require_features", List.of("FENCE", "POSTED_WRITES"))), "usage");
    }

    /** Requires a HELLO in {@code layout} that is detached, as far as its head tells. */
    static void requireEightBitRead(KvmSession talk, Dialect layout) {
        long head = talk.hello().get("read_head");
        if (!heads(layout, 0).contains(head)) {
            throw talk.wire().violation("a read head of 8 bits, " + layout.label(), "read_head " + Request.hex(head));
        }
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
}
