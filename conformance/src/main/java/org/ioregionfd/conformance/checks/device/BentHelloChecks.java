// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Registry.ReadHead;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.junit.jupiter.api.Test;

/** Frames before an agreement that differ in one bit from a HELLO, a SELECT or an ABORT, in both states that they can meet. */
@Checks
public class BentHelloChecks {
    private static final Registry REGISTRY = Registry.standard();
    private static final int HELLO_KIND = REGISTRY.code("kinds", "HELLO");
    private static final int CASES_EACH = 4;

    /** So many HELLOs on one channel: more than a byte counts, and in a longer run more than 16 bits do. */
    private static final int MANY = 300;

    private static final int MANY_MORE = 0x10010;
    private static final int TOGETHER = 8;

    @Test
    @Clause({"HEL-010", "DST-002"})
    void looksAtEveryBitOfTheReadHeadInUnnegotiated(DevicePeer device) {
        for (Frame hello : Cases.of(heads(), CASES_EACH, device.random())) {
            if (isListed(hello)) {
                Negotiation.start(device.connect(), hello).channel().close();
            } else {
                device.connect().isClosedBy(hello);
            }
        }
    }

    @Test
    @Clause({"HEL-010", "SEL-010"})
    void looksAtEveryBitOfTheReadHeadInOffered(DevicePeer device) {
        for (Frame hello : Cases.of(heads(), CASES_EACH, device.random())) {
            Negotiation offered = Negotiation.detached(device);
            if (isListed(hello)) {
                Negotiation.start(offered.channel(), hello);
            } else {
                offered.refuses(hello, "UNEXPECTED_FRAME", HELLO_KIND);
            }
            offered.channel().close();
        }
    }

    /** A HELLO that lost its marker is a READ that is not served, and SELECT and ABORT have an op that is none. */
    @Test
    @Clause({"MRK-001", "DST-003", "V0-015"})
    void closesInUnnegotiatedOnAMarkerThatLacksOneBit(DevicePeer device) {
        for (Frame frame : Cases.of(withoutAMarker(device), CASES_EACH, device.random())) {
            device.connect().isClosedBy(frame);
        }
    }

    @Test
    @Clause({"DST-005", "REJ-003", "MRK-001", "CHN-007"})
    void closesInOfferedOnAMarkerThatLacksOneBit(DevicePeer device) {
        for (Frame frame : Cases.of(withoutAMarker(device), CASES_EACH, device.random())) {
            Negotiation.detached(device).channel().isClosedBy(frame);
        }
    }

    /** Whatever its region and its data are. */
    @Test
    @Clause("DST-003")
    void closesInUnnegotiatedOnAHelloWithoutItsMarkerWhateverItIs(DevicePeer device) {
        int count = 0;
        for (ReadHead head : REGISTRY.readHeads()) {
            // With resp and without.
            for (int byte1 : new int[] {head.byte1(), head.byte1() & 0xf}) {
                Frame hello = Forge.hello(head, at(REGISTRY.helloOffset()).withUserData(count % 4), 7)
                        .with("data", count++ % 3 - 1);
                Frame lost = Forge.withByte(Forge.withByte(hello, 1, byte1), 2, 0);
                device.connect().isClosedBy(lost);
                device.connect().isClosedBy(new Frame(lost.shape(), zeroed(lost, 2, Long.BYTES)));
            }
        }
    }

    /** Byte 0 makes them what they are: in every bit, and where it is that of a READ or a WRITE. */
    @Test
    @Clause({"SEL-010", "DST-002"})
    @Needs(Ability.VERSION_1)
    void looksAtEveryBitOfTheOpOfASelectAndAnAbort(DevicePeer device) {
        Negotiation usual = Negotiation.detached(device);
        for (Frame frame : List.of(usual.select(usual.widest(1)), Forge.abort("POLICY", 0))) {
            List<Frame> frames = new ArrayList<>(Bends.everyBit(frame, "op"));
            frames.addAll(Bends.edges(frame, "op", 0x40, 0x41));
            for (Frame other : frames) {
                Negotiation.detached(device).refuses(other, "UNEXPECTED_FRAME", frame.get("kind"));
            }
        }
    }

    /** The kinds that differ from its own in one bit in any case, and of all others as many as the run tries. */
    @Test
    @Clause({"DST-002", "SEL-010"})
    void closesInUnnegotiatedOnAnyOtherKind(DevicePeer device) {
        List<Frame> frames = new ArrayList<>();
        for (Frame frame : List.of(Negotiation.plainHello(device, Dialect.INFO_WORD), Forge.abort("POLICY", 0))) {
            frames.addAll(Bends.everyBit(frame, "kind"));
        }
        List<Frame> rest = new ArrayList<>();
        for (ReadHead head : REGISTRY.readHeads()) {
            for (int kind = 0; kind < 1 << Byte.SIZE; kind++) {
                rest.add(Forge.hello(head, at(0, 0), 0).with("kind", kind));
            }
        }
        frames.addAll(Cases.of(rest, CASES_EACH, device.random()));
        frames.removeIf(frame -> frame.get("kind") == HELLO_KIND && frame.at(0) != 0x0f);
        frames.forEach(frame -> device.connect().isClosedBy(frame));
    }

    @Test
    @Clause({"SEL-010", "ABT-003"})
    void refusesAnyOtherKindInOffered(DevicePeer device) {
        List<Frame> frames = new ArrayList<>();
        for (Frame frame : List.of(Negotiation.plainHello(device, Dialect.INFO_WORD), Forge.abort("POLICY", 0))) {
            frames.addAll(Bends.everyBit(frame, "kind"));
        }
        for (Frame frame : frames) {
            Negotiation.detached(device).refuses(frame, "UNEXPECTED_FRAME", frame.get("kind"));
        }
    }

    @Test
    @Clause({"ABT-003", "MRK-002"})
    void closesOnAnAbortWithAnyReasonAndAnyOtherBit(DevicePeer device) {
        List<Frame> frames = new ArrayList<>();
        Frame abort = Forge.abort("POLICY", 0);
        for (int reason : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0x7fff, 0x8000, 0xffff}) {
            frames.add(abort.with("reason", reason));
        }
        frames.addAll(Bends.edges(abort, "detail", HELLO_KIND));
        List<Frame> bent = new ArrayList<>(Bends.everyReservedBit(abort));
        bent.addAll(Bends.everyBit(abort, "detail"));
        bent.addAll(Bends.everyBit(abort, "reason"));
        frames.addAll(Cases.of(bent, CASES_EACH, device.random()));
        // After one HELLO or another.
        for (int i = 0; i < frames.size(); i++) {
            ReadHead head = REGISTRY.readHeads().get(i % REGISTRY.readHeads().size());
            Frame hello = Forge.hello(head, at(i % 3 == 0 ? REGISTRY.helloOffset() : 0), i & 0xff);
            Negotiation.start(device.connect(), hello).channel().isClosedBy(frames.get(i));
        }
    }

    @Test
    @Clause({"HEL-012", "OFR-001", "OFR-002"})
    void takesADetachedHelloWithAnyOtherBit(DevicePeer device) {
        Conversation channel = device.connect();
        List<Frame> hellos = new ArrayList<>();
        for (ReadHead head : REGISTRY.readHeads()) {
            Frame hello = Forge.hello(head, at(REGISTRY.helloOffset()).withUserData(0), Negotiation.nonce(device));
            for (String field : List.of("user_data", "nonce", "data")) {
                hellos.addAll(Bends.everyBit(hello, field));
                hellos.addAll(Bends.edges(hello, field, AnnexDevice.REGION, REGISTRY.helloOffset()));
            }
        }
        Cases.of(hellos, CASES_EACH * CASES_EACH * 2, device.random())
                .forEach(hello -> Negotiation.start(channel, hello).requireValue(0));
    }

    /** One bit beside HELLO_OFFSET, or beside a place of the device, it is an access. */
    @Test
    @Clause({"HEL-011", "OFR-003", "HEL-013", "ACE-001"})
    void performsTheReadOfAnAttachedHelloWithAnyOtherBit(DevicePeer device) {
        Conversation channel = device.connect();
        AnnexDevice annex = new AnnexDevice();
        List<Frame> beside = new ArrayList<>();
        List<Frame> hellos = new ArrayList<>();
        for (ReadHead head : REGISTRY.readHeads()) {
            beside.addAll(Bends.everyBit(Forge.hello(head, at(REGISTRY.helloOffset()), head.field() & 0xff), "offset"));
            for (long offset : new long[] {AnnexDevice.COUNTER, AnnexDevice.HOLD, 0}) {
                Frame hello = Forge.hello(head, at(offset), Negotiation.nonce(device));
                for (String field : List.of("offset", "user_data", "data", "nonce")) {
                    hellos.addAll(Bends.everyBit(hello, field));
                }
                hellos.addAll(Bends.edges(hello, "offset", 0xff8, 0x1000, REGISTRY.helloOffset() + 1));
                hellos.addAll(Bends.edges(hello, "user_data", offset, AnnexDevice.OTHER_REGION));
            }
        }
        List<Frame> some = Cases.of(beside, CASES_EACH * CASES_EACH, device.random());
        some.addAll(Cases.of(hellos, CASES_EACH * CASES_EACH, device.random()));
        for (Frame hello : some) {
            boolean isDetached = hello.get("offset") == REGISTRY.helloOffset();
            Negotiation.start(channel, hello)
                    .requireValue(isDetached ? 0 : annex.read(access(hello)).data());
        }
    }

    @Test
    @Clause({"OFR-008", "OFR-001", "DST-004"})
    void offersTheSameToHundredsOfHellos(DevicePeer device) {
        offersTheSame(device, MANY);
    }

    @Test
    @TakesTime(Effort.FULL)
    @Clause({"OFR-008", "OFR-001", "DST-004"})
    void offersTheSameToTensOfThousandsOfHellos(DevicePeer device) {
        offersTheSame(device, MANY_MORE);
    }

    private static void offersTheSame(DevicePeer device, int count) {
        Negotiation first = Negotiation.detached(device);
        for (int done = 0; done < count; done += TOGETHER) {
            List<Frame> hellos = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                Access access = at(i % 3 == 0 ? REGISTRY.helloOffset() : 0);
                hellos.add(Forge.attachedHello(Dialect.LAYOUTS.get(i % 2), access, done + i & 0xff));
            }
            first.channel().send(hellos);
            hellos.forEach(hello -> Negotiation.answered(first.channel(), hello).requireTermsOf(first.offer()));
        }
    }

    /** Where the bytes of a HELLO come together with others, each has its OFFER. */
    @Test
    @Clause({"OFR-001", "CHN-002", "DST-004"})
    void answersEachOfManyHellosInOneWrite(DevicePeer device) {
        Conversation channel = device.connect();
        for (int count : new int[] {2, 3, 15, 16, 17, 63, 64, 65, 255, 256, 257}) {
            List<Frame> hellos = new ArrayList<>();
            while (hellos.size() < count) {
                hellos.add(Forge.detachedHello(Dialect.LAYOUTS.get(hellos.size() % 2), hellos.size() & 0xff));
            }
            channel.send(hellos);
            hellos.forEach(hello -> Negotiation.answered(channel, hello));
        }
    }

    @Test
    @Clause({"CHN-002", "CHN-004"})
    @Needs(Ability.VERSION_1)
    void actsOnAFrameInOfferedNoEarlierThanItIsWhole(DevicePeer device) {
        for (List<Integer> cuts : List.of(List.of(1, 8, 16), List.of(12, 31))) {
            Negotiation refused = Negotiation.detached(device);
            Frame select = refused.select(refused.widest(1).withVersion(REGISTRY.unusedCode("versions")));
            refused.channel().sendCut(select, cuts);
            refused.expectReject("VERSION_NOT_OFFERED", select.get("version"));
            Negotiation unexpected = Negotiation.detached(device);
            unexpected.channel().sendCut(select.with("kind", 0xff), cuts);
            unexpected.expectReject("UNEXPECTED_FRAME", 0xff);
            for (Frame closing : List.of(Forge.abort("POLICY", 0), Dialect.INFO_WORD.read(at(0)))) {
                Conversation channel = Negotiation.detached(device).channel();
                channel.sendCut(closing, cuts);
                channel.expectClosed();
            }
        }
    }

    /** HELLOs of each listed read head, with each bit of it turned. */
    private static List<Frame> heads() {
        List<Frame> heads = new ArrayList<>();
        for (ReadHead head : REGISTRY.readHeads()) {
            heads.addAll(
                    Bends.everyBit(Forge.hello(head, at(REGISTRY.helloOffset()), head.field() & 0xff), "read_head"));
        }
        return heads;
    }

    private static boolean isListed(Frame hello) {
        return REGISTRY.readHeads().stream().anyMatch(head -> head.field() == hello.get("read_head"));
    }

    private static List<Frame> withoutAMarker(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        List<Frame> frames = new ArrayList<>();
        for (Frame frame : List.of(
                Negotiation.plainHello(device, Dialect.INFO_WORD),
                Negotiation.plainHello(device, Dialect.BYTE_FIELDS),
                offered.select(offered.widest(1)),
                Forge.abort("POLICY", 0))) {
            frames.addAll(Bends.everyBitOfTheMarker(frame));
        }
        return frames;
    }

    private static byte[] zeroed(Frame frame, int from, int to) {
        byte[] bytes = frame.bytes();
        Arrays.fill(bytes, from, to, (byte) 0);
        return bytes;
    }

    /** Where the READ that {@code hello} is goes. */
    private static Access access(Frame hello) {
        int exponent = hello.at(0) == 0 ? hello.at(1) & AnnexDevice.QUAD : hello.at(0) >>> 4 & AnnexDevice.QUAD;
        return new Access(hello.get("user_data"), hello.get("offset"), exponent);
    }
}
