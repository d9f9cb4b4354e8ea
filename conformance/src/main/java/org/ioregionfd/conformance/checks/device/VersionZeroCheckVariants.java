// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word.Bytes;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.Variant;
import org.junit.jupiter.api.Test;

/** The differences between the two ways to version 0, unnegotiated and agreed, in both layouts. */
final class VersionZeroCheckVariants {
    private static final Registry REGISTRY = Registry.standard();

    private VersionZeroCheckVariants() {}

    static List<Class<?>> classes() {
        return List.of(
                BeforeHelloInfoWord.class,
                BeforeHelloByteFields.class,
                AfterSelectInfoWord.class,
                AfterSelectByteFields.class);
    }

    /** Unnegotiated, in the layout that the device is configured for. */
    abstract static class BeforeHello {
        private final Dialect layout;

        BeforeHello(Dialect layout) {
            this.layout = layout;
        }

        @Test
        @Clause({"DST-001", "V0-010"})
        void servesUnmarkedCommandsInItsLayout(DevicePeer device) {
            Session session = Session.unnegotiated(device, layout);
            session.keeps(0x0102030405060708L);
        }

        /** What it supports does not depend on what it was asked before. */
        @Test
        @Clause({"OFR-004", "OFR-005", "OFR-006"})
        void offersTheSameBehindCommands(DevicePeer device) {
            Frame usual = Negotiation.detached(device).offer();
            Session session = Session.unnegotiated(device, layout);
            session.keeps(7);
            Negotiation offered = Negotiation.start(session.channel(), Negotiation.plainHello(device, layout));
            for (String field : List.of("versions", "features", "max_inflight")) {
                session.channel()
                        .require(field, usual.get(field), offered.offer().get(field));
            }
        }

        @Test
        @Clause("DST-003")
        void closesOnAnUnmarkedReadAtHelloOffset(DevicePeer device) {
            // An invalid size does not make it anything else.
            int last = layout == Dialect.BYTE_FIELDS ? 15 : AnnexDevice.QUAD;
            for (int exponent = 0; exponent <= last; exponent++) {
                Session session = Session.unnegotiated(device, layout);
                session.isClosedBy(session.read(at(REGISTRY.helloOffset(), exponent)));
            }
        }

        @Test
        @Clause({"DST-003", "V0-014"})
        void takesAReadBesideHelloOffsetForABadOffset(DevicePeer device) {
            Session session = Session.unnegotiated(device, layout);
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                for (long offset : new long[] {-8, -1, 1, 8, 0xff}) {
                    Access access = at(REGISTRY.helloOffset() + offset, exponent);
                    session.ends(session.read(access), new End("BAD_OFFSET", access.ones()));
                }
            }
        }

        @Test
        @Clause({"DST-003", "DST-007"})
        void closesOnAnUnmarkedReadAtHelloOffsetInAnyRegionAndAtAnyTime(DevicePeer device) {
            for (long userData : new long[] {0, AnnexDevice.REGION, AnnexDevice.OTHER_REGION, -1}) {
                Session session = Session.unnegotiated(device, layout);
                session.holds(AnnexDevice.COUNTER, 0);
                Frame lost = session.read(at(REGISTRY.helloOffset(), 0).withUserData(userData));
                session.isClosedBy(lost, session.read(at(AnnexDevice.COUNTER)));
            }
        }

        @Test
        @Clause({"HEL-011", "CHN-002", "V0-016"})
        void takesAHelloThatCameInOneWriteWithPostedWrites(DevicePeer device) {
            Session session = Session.unnegotiated(device, layout);
            Access place = at(0x40);
            Frame hello = Forge.attachedHello(layout, place, 0x12);
            session.channel().send(session.posted(place, 1), session.posted(place, 2), hello);
            Negotiation offered = Negotiation.answered(session.channel(), hello);
            offered.requireValue(2);
        }

        @Test
        @Clause({"DST-001", "DST-003", "V0-014"})
        void takesAWriteAtHelloOffsetForABadOffset(DevicePeer device) {
            Session session = Session.unnegotiated(device, layout);
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                Access access = at(REGISTRY.helloOffset(), exponent);
                session.ends(session.write(access, 1), new End("BAD_OFFSET", access.ones()));
                session.channel().send(session.posted(access, 1));
                session.holds(AnnexDevice.COUNTER, exponent);
            }
        }

        @Test
        @Clause({"OFR-003", "HEL-011"})
        void answersAnAttachedHelloWithTheValueInItsSize(DevicePeer device) {
            // Of every size negative, where it is taken for a number with a sign.
            long value = 0x8877_6655_c4b3_a291L;
            Access place = at(0x40);
            for (Dialect layoutOfHello : Dialect.LAYOUTS) {
                Session session = Session.unnegotiated(device, layout);
                session.does(session.write(place, value), 0);
                for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                    Access access = place.withSizeExponent(exponent);
                    Negotiation offered = attached(session, layoutOfHello, access);
                    offered.requireValue(access.cut(value));
                }
            }
        }

        @Test
        @Clause({"DST-001", "HEL-011"})
        @Needs(Ability.VERSION_1)
        void keepsItsStateFromVersion0OnToWhatIsAgreed(DevicePeer device) {
            Session before = Session.unnegotiated(device, layout);
            before.does(before.write(at(0), 42), 0);
            before.holds(AnnexDevice.COUNTER, 0);
            Negotiation offered = attached(before, layout, at(AnnexDevice.COUNTER));
            offered.requireValue(1);
            Session after = offered.open(layout, offered.widest(1));
            after.holds(AnnexDevice.COUNTER, 2);
            after.holds(0, 42);
        }

        @Test
        @Clause("DST-005")
        void doesNotGoBackToVersion0OnceItHasOffered(DevicePeer device) {
            Session before = Session.unnegotiated(device, layout);
            before.holds(AnnexDevice.COUNTER, 0);
            attached(before, layout, at(AnnexDevice.COUNTER));
            before.isClosedBy(before.read(at(AnnexDevice.COUNTER)));
        }

        /** Not even where the numbers of the command are the marker. */
        @Test
        @Clause({"CHN-007", "V0-011"})
        void marksNoAnswerToAnUnmarkedCommand(DevicePeer device) {
            Session session = Session.unnegotiated(device, layout);
            long marker = Forge.blank("HELLO").get("marker");
            long twice = marker << Integer.SIZE | marker;
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                Access place = at(0x40, exponent);
                session.does(session.write(place, twice), 0);
                session.does(session.read(place), place.cut(twice));
                session.fails(place.withUserData(twice), twice, "BAD_REGION");
                session.fails(place.withOffset(twice), twice, "BAD_OFFSET");
                session.fails(place.withOffset(AnnexDevice.FAULT), twice, "DEVICE_FAULT");
            }
        }

        private static Negotiation attached(Session session, Dialect layout, Access access) {
            Frame hello = Forge.attachedHello(layout, access, access.offset() & 0xff);
            return Negotiation.start(session.channel(), hello);
        }
    }

    @Checks
    @Variant("info-word")
    @Needs(Ability.SERVES_INFO_WORD)
    static final class BeforeHelloInfoWord extends BeforeHello {
        BeforeHelloInfoWord() {
            super(Dialect.INFO_WORD);
        }
    }

    @Checks
    @Variant("byte-fields")
    @Needs(Ability.SERVES_BYTE_FIELDS)
    static final class BeforeHelloByteFields extends BeforeHello {
        BeforeHelloByteFields() {
            super(Dialect.BYTE_FIELDS);
        }
    }

    /** After a SELECT of version 0, in the layout of the HELLO. */
    abstract static class AfterSelect {
        private final Dialect layout;

        AfterSelect(Dialect layout) {
            this.layout = layout;
        }

        @Test
        @Clause("V0-010")
        void servesCommandsInTheLayoutOfTheHello(DevicePeer device) {
            Session session = agreed(device, layout);
            session.keeps(0x0102030405060708L);
        }

        @Test
        @Clause("V0-017")
        void takesAReadAtHelloOffsetForABadOffset(DevicePeer device) {
            Session session = agreed(device, layout);
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                Access access = at(REGISTRY.helloOffset(), exponent);
                session.fails(access, 1, "BAD_OFFSET");
            }
            session.holds(AnnexDevice.READS, 0);
        }

        @Property
        @Clause("V0-017")
        void closesOnAnyMarkedFrame(
                DevicePeer device, @ForAll byte kind, @ForAll(supplier = Bytes.class) List<Byte> junk) {
            Session session = agreed(device, layout);
            Frame any = new Frame(layout.command(), Bytes.array(junk));
            session.isClosedBy(Forge.marked(any, kind & 0xff));
        }

        @Test
        @Clause("V0-017")
        void closesOnAnotherHello(DevicePeer device) {
            Session session = agreed(device, layout);
            session.holds(AnnexDevice.COUNTER, 0);
            session.isClosedBy(Forge.detachedHello(layout, 1));
        }
    }

    @Checks
    @Variant("info-word")
    @Needs(Ability.AGREES_VERSION_0)
    static final class AfterSelectInfoWord extends AfterSelect {
        AfterSelectInfoWord() {
            super(Dialect.INFO_WORD);
        }
    }

    @Checks
    @Variant("byte-fields")
    @Needs(Ability.AGREES_VERSION_0)
    static final class AfterSelectByteFields extends AfterSelect {
        AfterSelectByteFields() {
            super(Dialect.BYTE_FIELDS);
        }
    }

    private static Session agreed(DevicePeer device, Dialect layout) {
        return Session.agreed(device, layout, new Choice(0, 0, 1));
    }
}
