// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DriverlessPeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Variant;
import org.junit.jupiter.api.Test;

/**
 * What a KVM side without a driver shows by itself: the HELLO, and the answer to an OFFER. Its configuration is not known. So
 * these checks compare a selection only with what the OFFER allows, and a HELLO with what a plain READ can be.
 */
@Checks
@Variant(DriverlessChecks.VARIANT)
public class DriverlessChecks {
    /** The end of these checks' names. */
    static final String VARIANT = "level-0";

    private static final Registry REGISTRY = Registry.standard();
    private static final Registry KNOWN = Registry.known();

    /** The words of a conversation for a peer that has closed. */
    private static final String CLOSED = "the channel closed";

    /** So many are all equal by chance only once in billions of runs. HEL-006 */
    private static final int NONCES = 5;

    /** Programs that are started for one property: each costs up to a second. */
    private static final int PROGRAMS = 6;

    @Test
    @Clause({"HEL-007", "HEL-005", "MRK-002"})
    void theFirstFrameIsAHello(DriverlessPeer kvm) {
        Conversation channel = kvm.connect();
        Frame hello = channel.expect("HELLO");
        if (isDetached(hello)) {
            Dialect layout = layoutOf(channel, hello);
            // [V0-001] resp of a READ is K's choice in the byte-fields layout
            Frame read = layout.answered(new Frame(layout.command(), hello.bytes()));
            if (Forge.readHead(layout, 0).field() != (read.at(0) | read.at(1) << Byte.SIZE)) {
                throw channel.violation(
                        "an 8-bit READ at HELLO_OFFSET", "read_head 0x" + Long.toHexString(hello.get("read_head")));
            }
        }
        layoutOf(channel, hello);
    }

    /** A K in Legacy sends plain READs: resp is the same in all of them, and in the HELLO. */
    @Test
    @Clause({"HEL-007", "V0-001"})
    void theHelloHasTheRespOfThePlainReadBehindIt(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        Dialect layout = layoutOf(talk.channel, talk.hello);
        Frame read = talk.nextInLegacy(layout);
        boolean isRead = read.shape().equals(layout.command())
                && REGISTRY.readHeads().stream()
                        .anyMatch(head -> head.layout().equals(layout.name())
                                && head.byte0() == read.at(0)
                                && head.byte1() == read.at(1));
        if (!isRead) {
            throw Talk.goesOnOtherwise();
        }
        Frame carrier = new Frame(layout.command(), talk.hello.bytes());
        boolean isSame = layout.answered(carrier).equals(carrier)
                == layout.answered(read).equals(read);
        if (!isSame) {
            throw talk.channel.violation("resp as in the HELLO", "\n" + read);
        }
    }

    @Test
    @Clause("HEL-006")
    void noncesDiffer(DriverlessPeer kvm) {
        Set<Long> nonces = new HashSet<>();
        Conversation channel = kvm.connect();
        nonces.add(channel.expect("HELLO").get("nonce"));
        for (int i = 1; i < NONCES; i++) {
            channel = kvm.connect();
            nonces.add(channel.expect("HELLO").get("nonce"));
        }
        if (nonces.size() < 2) {
            throw channel.violation("different nonces", "the same in each of " + NONCES + " programs");
        }
    }

    @Test
    @Clause({"DIG-001", "HEL-003", "MRK-002"})
    void theSelectHasTheDigestOfWhatWasSent(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        Frame select = talk.select(offer);
        talk.channel.require("digest", Forge.sealed(talk.hello, offer, select).get("digest"), select.get("digest"));
    }

    @Property(tries = PROGRAMS)
    @Clause({"SEL-001", "SEL-002", "SEL-003"})
    void selectsWithinAnyOffer(
            DriverlessPeer kvm,
            @ForAll @IntRange(min = 1, max = 7) int versions,
            @ForAll long features,
            @ForAll @IntRange(min = 1, max = 65535) int maxInflight) {
        Talk talk = Talk.begun(kvm);
        Frame offer = talk.offer(new Terms(versions, Registry.ruledFeatures(features), maxInflight));
        Frame answer = talk.answer("SELECT", offer);
        if (answer.shape().name().equals("ABORT")) {
            // It is not known what K's user allows, requires or has pinned.
            talk.requireAbort(answer, Set.of("NO_COMMON_VERSION", "REQUIRED_FEATURE_MISSING", "PIN_UNSATISFIED"));
            return;
        }
        talk.channel.requireShape("SELECT", answer);
        int version = (int) answer.get("version");
        if (version >= Integer.SIZE || (versions >>> version & 1) == 0) {
            throw talk.channel.violation("a version that is offered", "version " + version);
        }
        talk.channel.require(
                "features beyond the offered", 0, answer.get("features") & ~(features & KNOWN.featuresFor(version)));
        long window = answer.get("max_inflight");
        if (window < 1 || window > Math.min(maxInflight, REGISTRY.windowMax(version))) {
            throw talk.channel.violation("a window that both grant", "max_inflight " + window);
        }
    }

    /**
     * If all versions are offered, K selects the best that its user allows. It also selects that version if it is offered
     * alone.
     */
    @Test
    @Clause("SEL-001")
    void selectsTheBestVersionThatItsUserAllows(DriverlessPeer kvm) {
        Talk first = Talk.begun(kvm);
        long best = first.select(first.offer(KvmSession.ALL)).get("version");
        Talk second = Talk.begun(kvm);
        Frame offer = second.offer(new Terms(1L << best, KvmSession.ALL.features(), KvmSession.ALL.maxInflight()));
        second.channel.require(
                "version (the best that was selected)",
                best,
                second.select(offer).get("version"));
    }

    @Test
    @Clause({"OFR-011", "GRS-002"})
    void unknownBitsAreNeitherSelectedNorAnError(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        Terms terms = new Terms(Registry.ruledVersions(0xffff_ffffL), Registry.ruledFeatures(-1), 64);
        Frame offer = talk.offer(terms).with("reserved", 0xffff_ffffL);
        Frame select = talk.select(offer);
        talk.channel.require("digest", Forge.sealed(talk.hello, offer, select).get("digest"), select.get("digest"));
        talk.channel.require("unknown features", 0, select.get("features") & ~KNOWN.featureMask());
        int version = (int) select.get("version");
        talk.channel.require("unknown versions", 0, KNOWN.versions().contains(version) ? 0 : version);
    }

    @Test
    @Clause({"OFR-010", "ABT-001"})
    void failsOnAnOfferWithAnotherNonce(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        talk.channel.isClosedBy(talk.offer(KvmSession.ALL).with("nonce", talk.hello.get("nonce") ^ 1));
    }

    @Test
    @Clause({"OFR-012", "ABT-002", "MRK-002"})
    void abortsAnOfferOfNoWindow(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        talk.aborts(talk.offer(new Terms(KNOWN.versionMask(), 0, 0)), "BAD_WINDOW", 0);
    }

    @Test
    @Clause({"SEL-001", "ABT-002"})
    void abortsAnOfferOfNoCommonVersion(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        long unknown = 1L << 23;
        talk.aborts(talk.offer(new Terms(unknown, 0, 1)), "NO_COMMON_VERSION", unknown);
    }

    @Test
    @Clause("REJ-002")
    void failsOnAReject(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        talk.select(talk.offer(KvmSession.ALL));
        talk.channel.isClosedBy(Forge.reject("POLICY", 0));
    }

    @Test
    @Clause({"ACC-002", "SEL-005"})
    void failsOnAnAcceptThatDiffersFromItsSelect(DriverlessPeer kvm) {
        Talk talk = Talk.begun(kvm);
        Frame offer = talk.offer(KvmSession.ALL);
        Frame accept = Forge.accept(talk.hello, offer, talk.select(offer));
        talk.channel.isClosedBy(accept.with("digest", accept.get("digest") ^ 1));
    }

    private static boolean isDetached(Frame hello) {
        return hello.get("offset") == REGISTRY.helloOffset();
    }

    private static Dialect layoutOf(Conversation channel, Frame hello) {
        return REGISTRY.readHeads().stream()
                .filter(head -> head.field() == hello.get("read_head"))
                .map(head -> Dialect.valueOf(head.layout()))
                .findFirst()
                .orElseThrow(() -> channel.violation(
                        "a read head of either layout", "read_head 0x" + Long.toHexString(hello.get("read_head"))));
    }

    /** A channel on which the program has sent its HELLO. */
    private record Talk(Conversation channel, Frame hello) {
        static Talk begun(DriverlessPeer kvm) {
            Conversation channel = kvm.connect();
            return new Talk(channel, channel.expect("HELLO"));
        }

        Frame offer(Terms terms) {
            return Forge.offer(hello, terms);
        }

        /**
         * Sends {@code offer} and takes the frame that follows, which should be {@code wanted}. A K with an attached HELLO may not use the channel any more.
         */
        Frame answer(String wanted, Frame offer) {
            channel.send(offer);
            try {
                return channel.next(wanted, Dialect.INFO_WORD.command());
            } catch (Violation e) {
                if (!isDetached(hello) && e.seen().equals(CLOSED)) {
                    throw new NotSupported("a program that uses its channel after the first READ");
                }
                throw e;
            }
        }

        /** Answers like a legacy device, and takes the next frame. Then a K may close, or be silent for any time. */
        Frame nextInLegacy(Dialect layout) {
            channel.send(layout.response().blank());
            try {
                return channel.next(layout.command().name(), layout.command());
            } catch (Violation e) {
                throw goesOnOtherwise();
            }
        }

        static NotSupported goesOnOtherwise() {
            return new NotSupported("a program that goes on with a READ in version 0");
        }

        /**
         * Sends {@code offer} and takes the SELECT. K's user may require something that is missing; the suite does not know.
         */
        Frame select(Frame offer) {
            Frame answer = answer("SELECT", offer);
            if (answer.shape().name().equals("ABORT")) {
                requireAbort(answer, Set.of("REQUIRED_FEATURE_MISSING"));
                throw new NotSupported("a program whose user requires no feature");
            }
            channel.requireShape("SELECT", answer);
            return answer;
        }

        /** Requires {@code abort}, which came instead of a SELECT, to have one of these reasons. */
        void requireAbort(Frame abort, Set<String> reasons) {
            String reason = REGISTRY.name("reasons", abort.get("reason"));
            if (!reasons.contains(reason)) {
                throw channel.violation("a SELECT", "an ABORT " + reason);
            }
        }

        void aborts(Frame offer, String reason, long detail) {
            Frame abort = answer("ABORT", offer);
            channel.requireShape("ABORT", abort);
            channel.require("reason (" + reason + ")", REGISTRY.code("reasons", reason), abort.get("reason"));
            channel.require("detail (ABORT " + reason + ")", detail, abort.get("detail"));
            channel.expectClosed();
        }
    }
}
