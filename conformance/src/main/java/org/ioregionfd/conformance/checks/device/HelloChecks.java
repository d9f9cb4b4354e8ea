// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Registry.ReadHead;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/** How a device takes a HELLO: the read heads, the two modes, and the READ that it carries. */
@Checks
public class HelloChecks {
    private static final Registry REGISTRY = Registry.standard();
    private static final int EXPONENTS = 4;

    @Test
    @Clause("HEL-010")
    void recognisesEveryListedReadHead(DevicePeer device) {
        for (ReadHead head : REGISTRY.readHeads()) {
            for (long offset : new long[] {0, REGISTRY.helloOffset()}) {
                Access access = new Access(AnnexDevice.REGION, offset, 0);
                Negotiation.start(device.connect(), Forge.hello(head, access, Negotiation.nonce(device)));
            }
        }
    }

    @Test
    @Clause("HEL-010")
    @Needs(Ability.AGREES_VERSION_0)
    void takesTheLayoutOfVersion0FromTheReadHead(DevicePeer device) {
        for (Dialect layout : Dialect.LAYOUTS) {
            Session session = Session.agreed(device, layout, new Choice(0, 0, 1));
            // A 64-bit access, which each layout misreads in the other layout.
            session.keeps(0x0102030405060708L);
        }
    }

    @Test
    @Clause({"HEL-010", "V0-010"})
    @Needs(Ability.AGREES_VERSION_0)
    void takesTheLayoutOfVersion0FromEveryReadHead(DevicePeer device) {
        for (ReadHead head : REGISTRY.readHeads()) {
            Access access = new Access(AnnexDevice.REGION, 0, 0);
            Frame hello = Forge.hello(head, access, Negotiation.nonce(device));
            Negotiation.start(device.connect(), hello)
                    .open(Dialect.valueOf(head.layout()), new Choice(0, 0, 1))
                    .keeps(0x0102030405060708L);
        }
    }

    @Test
    @Clause({"HEL-011", "DST-004"})
    @Needs(Ability.VERSION_1)
    void performsTheReadOfAnAttachedHelloExactlyOnce(DevicePeer device) {
        Conversation channel = device.connect();
        Access counter = AnnexDevice.at(AnnexDevice.COUNTER);
        for (int earlier = 0; earlier < 3; earlier++) {
            Negotiation again = attached(channel, device, Dialect.INFO_WORD, counter);
            again.requireValue(earlier);
        }
        Negotiation last = attached(channel, device, Dialect.BYTE_FIELDS, counter);
        Session session = last.open(Dialect.BYTE_FIELDS, last.widest(1));
        session.holds(AnnexDevice.COUNTER, 4);
        // Four READs by HELLO, and one of COUNTER just now.
        session.holds(AnnexDevice.READS, 5);
    }

    /** Only HOLD gives ones at once without a failure; FAULT and the others fail. */
    @Test
    @Clause({"OFR-003", "DEV-002"})
    void answersOnesInTheAccessSizeWhereTheReadFails(DevicePeer device) {
        for (long offset : new long[] {AnnexDevice.HOLD, AnnexDevice.FAULT, 0x200, 0x101, AnnexDevice.LENGTH, -1}) {
            for (int exponent = 0; exponent < EXPONENTS; exponent++) {
                Access access = AnnexDevice.at(offset, exponent);
                Negotiation offered = attached(device.connect(), device, Dialect.INFO_WORD, access);
                offered.requireValue(access.ones());
            }
        }
        Access nowhere = AnnexDevice.at(0, 1).withUserData(77);
        Negotiation offered = attached(device.connect(), device, Dialect.BYTE_FIELDS, nowhere);
        offered.requireValue(nowhere.ones());
    }

    @Test
    @Clause("HEL-012")
    @Needs(Ability.VERSION_1)
    void performsNoAccessForADetachedHelloOfAnySize(DevicePeer device) {
        Conversation channel = device.connect();
        for (ReadHead head : REGISTRY.readHeads()) {
            for (long userData : new long[] {0, AnnexDevice.REGION, AnnexDevice.OTHER_REGION, -1}) {
                Access access = new Access(userData, REGISTRY.helloOffset(), 0);
                Frame hello = Forge.hello(head, access, Negotiation.nonce(device));
                Negotiation offered = Negotiation.start(channel, hello);
                offered.requireValue(0);
            }
        }
        Negotiation last = Negotiation.start(channel, Forge.detachedHello(Dialect.INFO_WORD, 1));
        Session session = last.open(Dialect.INFO_WORD, last.widest(1));
        session.holds(AnnexDevice.READS, 0);
        session.does(session.read(AnnexDevice.at(AnnexDevice.READS, 0).withUserData(AnnexDevice.OTHER_REGION)), 0);
    }

    @Property
    @Clause({"HEL-013", "OFR-001", "OFR-002"})
    void answersEveryHelloWhateverStandsInItsData(
            DevicePeer device,
            @ForAll(supplier = Word.Of64Bits.class) long data,
            @ForAll @IntRange(max = 255) int nonce) {
        Conversation channel = device.connect();
        Negotiation.start(channel, detached(Dialect.BYTE_FIELDS, nonce, data));
        // In Offered too.
        Negotiation offered = Negotiation.start(channel, detached(Dialect.INFO_WORD, nonce ^ 1, ~data));
        // Nothing but the OFFER came, because the next frame answers the next command.
        offered.refuses(Forge.withByte(offered.select(offered.widest(1)), 1, 1), "RESERVED_NOT_ZERO", 1);
    }

    /** The data are no value, and do not get into one. */
    @Property
    @Clause({"HEL-013", "OFR-003", "HEL-012"})
    void theDataOfAHelloDoNotGetIntoTheValue(DevicePeer device, @ForAll(supplier = Word.Of64Bits.class) long data) {
        Conversation channel = device.connect();
        for (ReadHead head : REGISTRY.readHeads()) {
            for (long offset : new long[] {0, REGISTRY.helloOffset()}) {
                Access access = new Access(AnnexDevice.REGION, offset, 0);
                Frame hello = Forge.hello(head, access, Negotiation.nonce(device));
                Negotiation offered = Negotiation.start(channel, hello.with("data", data));
                offered.requireValue(0);
            }
        }
    }

    @Property
    @Clause({"HEL-013", "ACC-001", "DIG-002"})
    @Needs(Ability.VERSION_1)
    void countsTheDataOfTheHelloInTheDigest(DevicePeer device, @ForAll(supplier = Word.Of64Bits.class) long data) {
        Negotiation offered =
                Negotiation.start(device.connect(), detached(Dialect.INFO_WORD, Negotiation.nonce(device), data));
        offered.open(Dialect.INFO_WORD, offered.widest(1)).holds(AnnexDevice.COUNTER, 0);
    }

    @Property
    @Clause({"DST-004", "OFR-002", "DIG-002"})
    @Needs(Ability.VERSION_1)
    void startsOverWithEachHello(
            DevicePeer device,
            @ForAll(supplier = Word.Of64Bits.class) long firstData,
            @ForAll @IntRange(max = 255) int firstNonce) {
        Conversation channel = device.connect();
        Negotiation.start(channel, detached(Dialect.BYTE_FIELDS, firstNonce, firstData));
        Negotiation last = Negotiation.start(channel, Forge.detachedHello(Dialect.INFO_WORD, firstNonce ^ 1));
        last.open(Dialect.INFO_WORD, last.widest(1)).holds(AnnexDevice.COUNTER, 0);
    }

    @Test
    @Clause({"DST-004", "HEL-011"})
    @Needs(Ability.VERSION_1)
    void keepsWhatEarlierHellosDidToTheDevice(DevicePeer device) {
        Conversation channel = device.connect();
        Access counter = AnnexDevice.at(AnnexDevice.COUNTER);
        attached(channel, device, Dialect.INFO_WORD, counter);
        Negotiation.start(channel, Forge.detachedHello(Dialect.INFO_WORD, 1));
        Negotiation last = attached(channel, device, Dialect.INFO_WORD, counter);
        channel.require(
                "value (one READ of COUNTER was before)", 1, last.offer().get("value"));
        last.open(Dialect.INFO_WORD, last.widest(1)).holds(AnnexDevice.READS, 2);
    }

    /** Also where nothing tells the two apart. */
    @Test
    @Clause({"DST-004", "SEL-012", "DIG-002"})
    @Needs(Ability.VERSION_1)
    void startsOverWithTheSameHelloAgain(DevicePeer device) {
        for (long offset : new long[] {REGISTRY.helloOffset(), 0}) {
            Frame hello = Forge.attachedHello(Dialect.INFO_WORD, AnnexDevice.at(offset), Negotiation.nonce(device));
            Negotiation first = Negotiation.start(device.connect(), hello);
            Negotiation last = Negotiation.start(first.channel(), hello);
            last.open(Dialect.INFO_WORD, last.widest(1)).channel().close();
        }
    }

    /** An earlier HELLO in the other layout counts no more. */
    @Test
    @Clause({"V0-010", "DST-004", "HEL-010"})
    @Needs(Ability.AGREES_VERSION_0)
    void takesTheLayoutOfVersion0FromTheLastHello(DevicePeer device) {
        for (Dialect layout : Dialect.LAYOUTS) {
            Dialect other = layout == Dialect.INFO_WORD ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD;
            Negotiation first = Negotiation.detached(device, other);
            Negotiation last = Negotiation.start(first.channel(), Negotiation.plainHello(device, layout));
            last.open(layout, new Choice(0, 0, 1)).keeps(0x0102030405060708L);
        }
    }

    @Test
    @Clause({"DST-004", "SEL-012"})
    @Needs(Ability.VERSION_1)
    void forgetsTheEarlierHelloInTheDigest(DevicePeer device) {
        Negotiation first = Negotiation.detached(device);
        Negotiation second = Negotiation.start(
                first.channel(), first.hello().with("nonce", first.hello().get("nonce") ^ 1));
        Frame stale = first.select(first.widest(1));
        second.refuses(stale, "DIGEST_MISMATCH", second.sealed(stale).get("digest"));
    }

    /** A K that was served for long may still find out what its device can do. */
    @Test
    @Clause({"OFR-001", "DST-001", "V0-011"})
    @Needs(Ability.SERVES_INFO_WORD)
    void offersHoweverManyCommandsCameBefore(DevicePeer device) {
        offersBehindCommands(device, Dialect.INFO_WORD);
    }

    @Test
    @Clause({"OFR-001", "DST-001", "V0-011"})
    @Needs(Ability.SERVES_BYTE_FIELDS)
    void offersHoweverManyCommandsInByteFieldsCameBefore(DevicePeer device) {
        offersBehindCommands(device, Dialect.BYTE_FIELDS);
    }

    private static void offersBehindCommands(DevicePeer device, Dialect layout) {
        List<Integer> numbers = List.of(8, 9, 16, 17, 64, 65, 255, 256, 257, 1025);
        for (int count : Cases.of(numbers, 1, device.random())) {
            Session session = Session.unnegotiated(device, layout);
            Frame read = session.read(AnnexDevice.at(AnnexDevice.COUNTER));
            for (int i = 0; i < count; i++) {
                session.channel().send(read);
                session.expectOk(read, i);
            }
            Negotiation.start(session.channel(), Negotiation.plainHello(device, layout));
        }
    }

    private static Negotiation attached(Conversation channel, DevicePeer device, Dialect layout, Access access) {
        return Negotiation.start(channel, Forge.attachedHello(layout, access, Negotiation.nonce(device)));
    }

    /** A HELLO with data that no K may send in it. HEL-007 */
    private static Frame detached(Dialect layout, long nonce, long data) {
        return Forge.detachedHello(layout, nonce).with("data", data);
    }
}
