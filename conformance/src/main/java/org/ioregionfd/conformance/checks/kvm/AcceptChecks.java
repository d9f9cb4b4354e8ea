// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.kvm.WrongValues.Bend;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** An ACCEPT with anything wrong, of every version, after either HELLO. */
@Checks
public class AcceptChecks {
    private static final FrameShape ACCEPT = Registry.standard().shape("ACCEPT");
    private static final int DIGEST = ACCEPT.field("digest").offset();
    private static final int WINDOW = 9;

    /** A feature that is offered, that nobody knows and that K does not select. */
    private static final long UNKNOWN = 1L << 40;

    /** Values of the registry beside which a peer may take another one. */
    private static final long[] WINDOWS = {2, 8, 10, 64, 0x109, 0x900, 0x8009};

    private static final long[] VERSIONS = {2, 3, 23, 24, 0x100, 0x101, 0x102, 0x200, 0x8000, 0x8001, 0x8002};

    /** How a SELECT came to be sent. */
    private record Way(boolean isAttached, int version, Dialect layout) {
        private static final List<Way> ALL = List.of(
                new Way(false, 2, Dialect.INFO_WORD),
                new Way(true, 2, Dialect.BYTE_FIELDS),
                new Way(false, 1, Dialect.BYTE_FIELDS),
                new Way(true, 1, Dialect.INFO_WORD),
                new Way(false, 0, Dialect.INFO_WORD),
                new Way(true, 0, Dialect.BYTE_FIELDS));

        @Override
        public String toString() {
            return "version %d, %s HELLO".formatted(version, isAttached ? "attached" : "detached");
        }
    }

    /** A handshake up to the ACCEPT that would be right. */
    private record Seen(KvmSession talk, Frame offer, Frame select, Optional<Ticket> waiting) {
        /** Like no other number here. */
        private static final int NONCE = 0x5a;

        static Seen by(KvmPeer kvm, Way way) {
            Request connect =
                    KvmSession.connect().with("layout", way.layout.label()).with("nonce", NONCE);
            KvmSession talk = way.isAttached
                    ? KvmSession.attached(kvm, connect, KvmSession.MEMORY)
                    : KvmSession.detached(kvm, connect.with("hello", "detached"));
            long versions = (1L << (way.version + 1)) - 1;
            Frame offer = talk.offer(new Terms(versions, KvmSession.FEATURES | UNKNOWN, WINDOW));
            talk.wire().send(offer);
            // A K may keep its SELECT for the next use of the channel.
            Optional<Ticket> waiting = talk.carried().map(read -> {
                kvm.expectDone(read);
                return kvm.ask(Request.read(KvmSession.MEMORY));
            });
            Frame select = talk.wire().expect("SELECT");
            talk.wire().require("version", way.version, select.get("version"));
            return new Seen(talk, offer, select, waiting);
        }

        Frame accept() {
            return Forge.accept(talk.hello(), offer, select);
        }

        Frame sealed(Frame accept) {
            return accept.with("digest", Forge.digest(List.of(talk.hello(), offer, select, accept)));
        }

        /** Requires K to fail on {@code wrong}, and to tell so. */
        void failsOn(Frame wrong) {
            if (wrong.equals(accept())) {
                talk.kvm().expectDone(talk.kvm().ask(Request.of("close")));
            } else {
                talk.failsOn(wrong);
                waiting.ifPresent(read -> talk.kvm().expectError(read, "not-sent"));
            }
            talk.wire().close();
        }
    }

    private record Case(Way way, Bend bend) {
        private static List<Case> of(List<Bend> bends) {
            return Way.ALL.stream()
                    .flatMap(way -> bends.stream().map(bend -> new Case(way, bend)))
                    .toList();
        }

        @Override
        public String toString() {
            return way + ", ACCEPT with " + bend;
        }
    }

    /** Whose digest is right, so that nothing but the number is wrong. */
    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptOfAnotherNumber(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>();
        bends.addAll(WrongValues.edges(ACCEPT.field("version"), VERSIONS));
        bends.addAll(WrongValues.edges(ACCEPT.field("max_inflight"), WINDOWS));
        bends.addAll(WrongValues.edges(
                ACCEPT.field("features"), 2, 3, 5, 7, UNKNOWN, 1 | UNKNOWN, 7 | UNKNOWN, 1L << 32, 7L << 32));
        KvmCases.each(kvm, Case.of(bends), 20, wrong -> {
            Seen seen = Seen.by(kvm, wrong.way);
            seen.failsOn(seen.sealed(wrong.bend.of(seen.accept())));
        });
    }

    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptWithAWrongDigest(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>(WrongValues.edges(ACCEPT.field("digest"), 2, 0xffff, 0xffff_0000L));
        bends.addAll(WrongValues.bits(DIGEST, Registry.FRAME_LENGTH));
        KvmCases.each(kvm, Case.of(bends), 12, wrong -> {
            Seen seen = Seen.by(kvm, wrong.way);
            seen.failsOn(wrong.bend.of(seen.accept()));
        });
    }

    /** A byte that means nothing there may still hold what another byte of the handshake holds. */
    @Test
    @Clause({"ACC-002", "MRK-002"})
    void failsOnAnAcceptWithANumberOfTheHandshakeInAReservedByte(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>();
        for (int index : ACCEPT.reservedBytes()) {
            for (int other : new int[] {Seen.NONCE, WINDOW, 2, 4, 0x49}) {
                bends.add(WrongValues.at(index, other));
            }
        }
        KvmCases.each(kvm, Case.of(bends), 12, wrong -> {
            Seen seen = Seen.by(kvm, wrong.way);
            seen.failsOn(seen.sealed(wrong.bend.of(seen.accept())));
        });
    }

    /** What stood at the same place of the frame before it. */
    @Test
    @Clause({"ACC-002", "MRK-002"})
    void failsOnAnAcceptThatKeepsTheReservedBytesOfTheOffer(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>();
        for (int index : new int[] {
            0, ACCEPT.field("kind").offset() + 1, ACCEPT.field("version").offset() + 2
        }) {
            bends.add(WrongValues.at(index, 1));
        }
        KvmCases.each(kvm, Case.of(bends), 6, kept -> {
            Seen seen = Seen.by(kvm, kept.way);
            Frame right = seen.accept();
            Frame marked = kept.bend.of(right);
            Frame wrong = right;
            for (int index : ACCEPT.reservedBytes()) {
                if (marked.at(index) != right.at(index)) {
                    wrong = Forge.withByte(wrong, index, Math.max(1, seen.offer.at(index)));
                }
            }
            seen.failsOn(seen.sealed(wrong));
        });
    }

    /** The digest of fewer frames, of more, or of the digest fields as they are. */
    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptWithTheDigestOfOtherFrames(KvmPeer kvm) {
        KvmCases.each(kvm, Way.ALL, 3, way -> {
            Seen first = Seen.by(kvm, way);
            List<Long> digests = otherDigests(first);
            first.failsOn(first.accept().with("digest", digests.get(0)));
            for (int i = 1; i < digests.size(); i++) {
                Seen seen = Seen.by(kvm, way);
                seen.failsOn(seen.accept().with("digest", otherDigests(seen).get(i)));
            }
        });
    }

    private static List<Long> otherDigests(Seen seen) {
        Frame hello = seen.talk.hello();
        Frame accept = seen.accept();
        return List.of(
                seen.select.get("digest"),
                Forge.digest(List.of(accept)),
                Forge.digest(List.of(seen.select, accept)),
                Forge.digest(List.of(hello, seen.select, accept)),
                Forge.digest(List.of(hello, seen.offer, accept)),
                Forge.digest(List.of(hello, seen.offer, seen.select)),
                Forge.digest(List.of(hello, seen.offer, unread(seen.select), accept)),
                Forge.digest(List.of(hello, seen.offer, seen.select, unread(accept))));
    }

    /** The same bytes without a digest field. */
    private static Frame unread(Frame frame) {
        return new Frame(Dialect.INFO_WORD.response(), frame.bytes());
    }

    @Test
    @Clause("ACC-002")
    void failsOnAnAcceptWithABitInAReservedByte(KvmPeer kvm) {
        List<Bend> bends = new ArrayList<>();
        ACCEPT.reservedBytes().forEach(index -> bends.addAll(WrongValues.bits(index, index + 1)));
        KvmCases.each(kvm, Case.of(bends), 12, wrong -> {
            Seen seen = Seen.by(kvm, wrong.way);
            seen.failsOn(seen.sealed(wrong.bend.of(seen.accept())));
        });
    }

    /** A bit of the marker, which leaves a response that nobody marked, and every other kind. */
    @Test
    @Clause({"ACC-003", "REJ-002"})
    void failsOnAnAcceptOfAnotherKind(KvmPeer kvm) {
        int marker = ACCEPT.field("marker").offset();
        List<Bend> bends = new ArrayList<>(WrongValues.bits(marker, marker + 4));
        for (int kind = 0; kind <= 0xff; kind++) {
            bends.add(WrongValues.value("kind", kind));
        }
        List<Case> cases = new ArrayList<>(
                Case.of(WrongValues.bits(marker, ACCEPT.field("kind").offset() + 1)));
        // Every number needs one way only: what tells kinds apart does not know of versions.
        bends.forEach(bend -> cases.add(new Case(Way.ALL.get(0), bend)));
        KvmCases.each(kvm, cases, 12, wrong -> {
            Seen seen = Seen.by(kvm, wrong.way);
            seen.failsOn(seen.sealed(wrong.bend.of(seen.accept())));
        });
    }
}
