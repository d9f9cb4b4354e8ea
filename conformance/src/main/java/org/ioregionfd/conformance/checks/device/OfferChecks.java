// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.checks.device.DeviceSuite.DeviceSurvey;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/** What an OFFER may and must hold, and that the device keeps to it. */
@Checks
public class OfferChecks {
    private static final Registry REGISTRY = Registry.standard();
    private static final long GREASE_VERSIONS = REGISTRY.greaseVersions();
    private static final long GREASE_FEATURES = REGISTRY.greaseFeatures();
    private static final int TOGETHER = 8;

    /** The simplest handshake, with which each run begins. */
    @Test
    @Clause({"OFR-001", "OFR-002"})
    void answersAPlainHello(DevicePeer device) {
        Negotiation.detached(device);
    }

    @Test
    @Clause("OFR-002")
    void echoesTheNonce(DevicePeer device) {
        Conversation channel = device.connect();
        for (Dialect layout : Dialect.LAYOUTS) {
            for (long offset : new long[] {0, AnnexDevice.FAULT, REGISTRY.helloOffset()}) {
                // Some in one write, which takes less time.
                for (int nonce = 0; nonce < 1 << Byte.SIZE; nonce += TOGETHER) {
                    List<Frame> hellos = new ArrayList<>();
                    for (int i = 0; i < TOGETHER; i++) {
                        hellos.add(Forge.attachedHello(layout, AnnexDevice.at(offset, 0), nonce + i));
                    }
                    channel.send(hellos);
                    hellos.forEach(hello -> Negotiation.answered(channel, hello));
                }
            }
        }
    }

    /** Whatever the HELLO is, and whatever its READ gives. */
    @Test
    @Clause({"MRK-002", "SEC-002", "OFR-001"})
    void leavesItsReservedBytesZero(DevicePeer device) {
        Conversation channel = device.connect();
        for (Dialect layout : Dialect.LAYOUTS) {
            for (long offset : new long[] {0, AnnexDevice.FAULT, -1, REGISTRY.helloOffset()}) {
                for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                    Frame hello =
                            Forge.attachedHello(layout, AnnexDevice.at(offset, exponent), Negotiation.nonce(device));
                    // Each answer must be an OFFER with the right layout.
                    Negotiation.start(channel, hello);
                }
            }
        }
    }

    @Test
    @Clause("OFR-006")
    void grantsAWindowOfAtLeastOne(DevicePeer device) {
        Negotiation.detached(device).requireWindow();
    }

    @Test
    @Clause("OFR-006")
    @Needs(Ability.NO_VERSION_2)
    void grantsAWindowOfOneWithoutVersion2(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        offered.requireWindow();
        offered.channel().require("max_inflight", 1, offered.offer().get("max_inflight"));
    }

    @Test
    @Clause("OFR-007")
    void listsVersion1(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        if (!offered.isListed(1)) {
            throw offered.channel()
                    .violation("version 1 (to be judged, a device runs as its users get it)", "it is not listed");
        }
    }

    /** No device can support what has no number in this revision. */
    @Test
    @Clause({"OFR-004", "OFR-005"})
    void offersNothingThatIsNotRegistered(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        long versions = offered.offer().get("versions") & ~REGISTRY.versionMask() & ~GREASE_VERSIONS;
        offered.channel().require("versions that are not registered", 0, versions);
        long features = offered.offer().get("features") & ~REGISTRY.featureMask() & ~GREASE_FEATURES;
        offered.channel().require("features that are not registered", 0, features);
    }

    /** A device that requires nothing accepts this SELECT. */
    @Test
    @Clause({"OFR-013", "SEL-017"})
    void requiresNothingThatItDoesNotOffer(DevicePeer device) {
        // What this revision does not know, some version may have.
        Negotiation usual = Negotiation.detached(device);
        long possible = usual.offer().get("features")
                & ~GREASE_FEATURES
                & ~Registry.known().featureMask();
        for (int version : Registry.known().versions()) {
            possible |= usual.isListed(version) ? usual.featuresFor(version) : 0;
        }
        for (int version : Registry.known().versions()) {
            if (usual.isListed(version)) {
                Negotiation offered = Negotiation.detached(device);
                long required = Negotiation.missing(offered.answerTo(offered.select(new Choice(version, 0, 1))));
                offered.channel().require("required features that cannot be selected", 0, required & ~possible);
                offered.channel().close();
            }
        }
    }

    @Test
    @Clause({"OFR-008", "DST-004"})
    void offersTheSameToEveryHelloOnAChannel(DevicePeer device) {
        Negotiation first = Negotiation.detached(device);
        for (Dialect layout : Dialect.LAYOUTS) {
            for (long offset : new long[] {0, -1, REGISTRY.helloOffset()}) {
                Frame hello = Forge.attachedHello(layout, AnnexDevice.at(offset, 2), Negotiation.nonce(device));
                Negotiation.start(first.channel(), hello).requireTermsOf(first.offer());
            }
        }
    }

    @Property
    @Clause({"OFR-008", "HEL-013", "OFR-004"})
    void offersTheSameWhateverStandsInTheHello(DevicePeer device, @ForAll(supplier = Word.Of64Bits.class) long data) {
        Frame usual = Negotiation.detached(device).offer();
        Frame hello = Negotiation.plainHello(device, Dialect.INFO_WORD).with("data", data);
        Negotiation.start(device.connect(), hello).requireTermsOf(usual);
    }

    @Test
    @Clause({"OFR-004", "ACC-001"})
    void opensEveryVersionThatItOffers(DevicePeer device) {
        Frame offer = Negotiation.detached(device).offer();
        for (int version : Registry.known().versions()) {
            if ((offer.get("versions") >>> version & 1) != 0) {
                Session.agreed(device, Dialect.INFO_WORD, new Choice(version, 0, 1))
                        .holds(AnnexDevice.COUNTER, 0);
            }
        }
    }

    @Test
    @Clause({"OFR-005", "ACC-001"})
    void opensEveryFeatureThatItOffersWithEveryVersionThatAllowsIt(DevicePeer device) {
        Frame offer = Negotiation.detached(device).offer();
        int opened = 0;
        for (Registry.Feature feature : Registry.known().features()) {
            for (int version : Registry.known().versions()) {
                Negotiation offered = Negotiation.detached(device);
                boolean isPossible = offered.isListed(version)
                        && version >= feature.needsVersion()
                        && (offer.get("features") & feature.mask()) != 0;
                if (isPossible) {
                    offered.open(Dialect.INFO_WORD, new Choice(version, feature.mask(), 1))
                            .holds(AnnexDevice.COUNTER, 0);
                    opened++;
                }
            }
        }
        if (opened == 0) {
            throw new NotSupported("any feature");
        }
    }

    @Test
    @Clause({"OFR-004", "DST-001"})
    @Needs(Ability.AGREES_VERSION_0)
    void servesVersion0InOneOfTheLayoutsWhereItOffersIt(DevicePeer device) {
        if (!DeviceSurvey.isServing(device, Dialect.INFO_WORD)
                && !DeviceSurvey.isServing(device, Dialect.BYTE_FIELDS)) {
            throw Negotiation.detached(device)
                    .channel()
                    .violation("unmarked commands served, because bit 0 is offered", "no answer in either layout");
        }
    }

    @Test
    @Clause({"POL-004", "OFR-004"})
    @Needs(Ability.REQUIRES)
    void servesNoUnmarkedCommandWhereItDoesNotOfferVersion0(DevicePeer device) {
        for (Dialect layout : Dialect.LAYOUTS) {
            Session session = Session.unnegotiated(device, layout);
            session.isClosedBy(session.read(AnnexDevice.at(0)));
        }
    }

    @Test
    @Clause("GRS-001")
    @Needs(Ability.AGREES_VERSION_0)
    void greasesItsOffersAlwaysTheSameWay(DevicePeer device) {
        Negotiation first = Negotiation.detached(device);
        Negotiation second = Negotiation.detached(device);
        long versions = first.offer().get("versions") & GREASE_VERSIONS;
        long features = first.offer().get("features") & GREASE_FEATURES;
        if ((versions | features) == 0) {
            throw first.channel().violation("one or more grease bits", "none");
        }
        second.channel().require("grease versions", versions, second.offer().get("versions") & GREASE_VERSIONS);
        second.channel().require("grease features", features, second.offer().get("features") & GREASE_FEATURES);
    }

    @Test
    @Clause("GRS-001")
    @Needs(Ability.REQUIRES)
    void greasesNothingUnderRequire(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        offered.channel().require("grease versions", 0, offered.offer().get("versions") & GREASE_VERSIONS);
        offered.channel().require("grease features", 0, offered.offer().get("features") & GREASE_FEATURES);
    }
}
