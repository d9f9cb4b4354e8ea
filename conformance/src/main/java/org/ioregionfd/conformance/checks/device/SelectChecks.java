// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.checks.arbitraries.Word.Bytes;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotSupported;
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

/** SELECT with every kind of fault, alone and together, and its ACCEPT. */
@Checks
@Needs(Ability.VERSION_1)
public class SelectChecks {
    /** Every bit is tried besides: see {@link BentSelectChecks}. */
    private static final int SAMPLED = 8;

    private static final List<Integer> RESERVED_BYTES =
            Registry.standard().shape("SELECT").reservedBytes();
    /** No OFFER lists a version that has it: an OFFER lists numbers below 32. */
    private static final int VERSION_TOP_BIT = 1 << 15;

    private static final Choice PLAIN = new Choice(1, 0, 1);
    private static final int HELLO_KIND = Registry.standard().code("kinds", "HELLO");
    private static final int SELECT_KIND = Registry.standard().code("kinds", "SELECT");
    private static final int ABORT_KIND = Registry.standard().code("kinds", "ABORT");

    @Property(tries = SAMPLED)
    @Clause("SEL-010")
    void refusesEveryOtherKind(
            DevicePeer device, @ForAll @IntRange(max = 255) int kind, @ForAll(supplier = Bytes.class) List<Byte> junk) {
        Assume.that(kind != HELLO_KIND && kind != SELECT_KIND && kind != ABORT_KIND);
        Negotiation offered = Negotiation.detached(device);
        Frame any = new Frame(offered.hello().shape(), Bytes.array(junk));
        offered.refuses(Forge.marked(any, kind), "UNEXPECTED_FRAME", kind);
    }

    @Test
    @Clause("SEL-010")
    void refusesTheKindsOfEverybodyElse(DevicePeer device) {
        Set<Integer> kinds = new TreeSet<>(Registry.standard().codes("kinds"));
        kinds.addAll(List.of(0, 10, 0x83, 0xff));
        kinds.removeAll(List.of(HELLO_KIND, SELECT_KIND, ABORT_KIND));
        for (int kind : kinds) {
            Negotiation offered = Negotiation.detached(device);
            offered.refuses(offered.select(PLAIN).with("kind", kind), "UNEXPECTED_FRAME", kind);
        }
    }

    /** The kind that is kept free for ever: a HELLO of the first draft is a marked frame of it. */
    @Test
    @Clause({"SEL-010", "HEL-010"})
    void refusesAHelloOfTheFirstDraft(DevicePeer device) {
        int kept = Registry.standard().code("kinds", "KEPT_83");
        for (ReadHead head : Registry.standard().readHeads()) {
            Negotiation offered = Negotiation.detached(device);
            Frame hello = Forge.hello(head, AnnexDevice.at(0, 0), HELLO_KIND).with("kind", kept);
            offered.refuses(hello, "UNEXPECTED_FRAME", kept);
        }
    }

    @Property(tries = SAMPLED)
    @Clause({"SEL-010", "HEL-010"})
    void refusesAHelloWithoutAListedReadHead(DevicePeer device, @ForAll(supplier = Word.Of16Bits.class) long head) {
        Assume.that(Registry.standard().readHeads().stream().noneMatch(listed -> listed.field() == head));
        Negotiation offered = Negotiation.detached(device);
        offered.refuses(offered.hello().with("read_head", head), "UNEXPECTED_FRAME", HELLO_KIND);
    }

    @Property(tries = SAMPLED)
    @Clause("SEL-010")
    void refusesSelectAndAbortWithoutTheirOp(DevicePeer device, @ForAll @IntRange(max = 255) int op) {
        Assume.that(op != 0x0f);
        Negotiation select = Negotiation.detached(device);
        select.refuses(Forge.withByte(select.select(PLAIN), 0, op), "UNEXPECTED_FRAME", SELECT_KIND);
        Negotiation abort = Negotiation.detached(device);
        abort.refuses(Forge.withByte(Forge.abort("POLICY", 0), 0, op), "UNEXPECTED_FRAME", ABORT_KIND);
    }

    @Test
    @Clause("SEL-011")
    void namesEachReservedByteThatIsNotZero(DevicePeer device) {
        for (int index : RESERVED_BYTES) {
            Negotiation offered = Negotiation.detached(device);
            offered.refuses(
                    offered.sealed(Forge.withByte(offered.select(PLAIN), index, 1 << (index & 7))),
                    "RESERVED_NOT_ZERO",
                    index);
        }
    }

    @Property(tries = SAMPLED)
    @Clause("SEL-011")
    void namesTheFirstReservedByteThatIsNotZero(
            DevicePeer device, @ForAll @Size(min = 1, max = 10) Set<@IntRange(max = 9) Integer> which) {
        Negotiation offered = Negotiation.detached(device);
        Frame select = offered.select(PLAIN);
        for (int i : which) {
            select = Forge.withByte(select, RESERVED_BYTES.get(i), 0xff);
        }
        offered.refuses(offered.sealed(select), "RESERVED_NOT_ZERO", RESERVED_BYTES.get(Collections.min(which)));
    }

    @Test
    @Clause("SEL-012")
    void findsEveryBitOfTheDigest(DevicePeer device) {
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            Negotiation offered = Negotiation.detached(device);
            Frame right = offered.select(PLAIN);
            offered.refuses(
                    right.with("digest", right.get("digest") ^ 1L << bit), "DIGEST_MISMATCH", right.get("digest"));
        }
    }

    @Property
    @Clause({"SEL-012", "SEL-013"})
    void looksAtTheDigestBeforeItLooksAtWhatIsSelected(
            DevicePeer device,
            @ForAll(supplier = Word.Of16Bits.class) long version,
            @ForAll(supplier = Word.Of16Bits.class) long window,
            @ForAll(supplier = Word.Of64Bits.class) long features,
            @ForAll(supplier = Word.Of32Bits.class) long digest) {
        Negotiation offered = Negotiation.detached(device);
        Frame right = offered.select(new Choice((int) version, features, (int) window));
        long wrong = right.get("digest") == digest ? digest ^ 1 : digest;
        offered.refuses(right.with("digest", wrong), "DIGEST_MISMATCH", right.get("digest"));
    }

    @Property(tries = SAMPLED)
    @Clause("SEL-013")
    void refusesAVersionThatTheOfferDoesNotList(DevicePeer device, @ForAll(supplier = Word.Of16Bits.class) long drawn) {
        Negotiation offered = Negotiation.detached(device);
        int version = (int) (offered.isListed((int) drawn) ? drawn | VERSION_TOP_BIT : drawn);
        offered.refuses(offered.select(PLAIN.withVersion(version)), "VERSION_NOT_OFFERED", version);
    }

    /** Numbers whose low bits are those of an offered version. */
    @Test
    @Clause("SEL-013")
    void looksAtTheWholeNumberOfTheVersion(DevicePeer device) {
        for (int version : new int[] {3, 23, 24, 32, 33, 34, 64, 65, 66, 0x100, 0x101, 0x102, 0x8001, 0xffff}) {
            Negotiation offered = Negotiation.detached(device);
            if (!offered.isListed(version)) {
                offered.refuses(offered.select(PLAIN.withVersion(version)), "VERSION_NOT_OFFERED", version);
            }
        }
    }

    @Test
    @Clause("SEL-013")
    void neverTakesAGreaseBitForAnOffer(DevicePeer device) {
        for (int version = 0; version < Integer.SIZE; version++) {
            if ((Registry.standard().greaseVersions() >>> version & 1) != 0) {
                Negotiation offered = Negotiation.detached(device);
                offered.refuses(offered.select(PLAIN.withVersion(version)), "VERSION_NOT_OFFERED", version);
            }
        }
    }

    @Test
    @Clause("SEL-013")
    @Needs(Ability.REQUIRES)
    void refusesVersion0WhereTheOfferDoesNotListIt(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        offered.refuses(offered.select(PLAIN.withVersion(0)), "VERSION_NOT_OFFERED", 0);
    }

    @Test
    @Clause("SEL-014")
    void refusesAWindowOfZero(DevicePeer device) {
        for (int version : Registry.known().versions()) {
            Negotiation offered = Negotiation.detached(device);
            if (offered.isListed(version)) {
                offered.refuses(offered.select(new Choice(version, 0, 0)), "BAD_WINDOW", offered.windowFor(version));
            }
        }
    }

    @Property(tries = SAMPLED)
    @Clause("SEL-014")
    void refusesAWindowAboveOneForVersions0And1(
            DevicePeer device, @ForAll @IntRange(min = 2, max = 0xffff) int window) {
        for (int version : new int[] {0, 1}) {
            Negotiation offered = Negotiation.detached(device);
            if (offered.isListed(version)) {
                offered.refuses(offered.select(new Choice(version, 0, window)), "BAD_WINDOW", 1);
            }
        }
    }

    @Property(tries = SAMPLED)
    @Clause("SEL-014")
    @Needs({Ability.VERSION_2, Ability.WINDOW_BELOW_MAX})
    void refusesAWindowAboveTheOffered(DevicePeer device, @ForAll @IntRange(min = 1, max = 0xffff) int more) {
        Negotiation offered = Negotiation.detached(device);
        int granted = offered.windowFor(2);
        int above = granted + 1 + (more - 1) % (0xffff - granted);
        offered.refuses(offered.select(new Choice(2, 0, above)), "BAD_WINDOW", granted);
    }

    @Property(tries = SAMPLED)
    @Clause("SEL-015")
    void refusesFeaturesThatTheOfferDoesNotHold(
            DevicePeer device, @ForAll(supplier = Word.Of64Bits.class) long features) {
        Negotiation offered = Negotiation.detached(device);
        long drawn = Registry.ruledFeatures(features);
        // where all that was drawn is offered, everything is selected, which no OFFER holds
        Choice choice = PLAIN.withFeatures(offered.lacking(drawn) == 0 ? Registry.ruledFeatures(-1) : drawn);
        long lacking = offered.lacking(choice.features());
        offered.refuses(offered.select(choice), "FEATURE_NOT_OFFERED", lacking);
    }

    @Test
    @Clause("SEL-016")
    void refusesFeaturesWhoseNeedsTheVersionDoesNotMeet(DevicePeer device) {
        int tried = 0;
        for (int version : Registry.known().versions()) {
            Negotiation offered = Negotiation.detached(device);
            long known = offered.offer().get("features") & Registry.known().featureMask();
            long early = known & ~offered.featuresFor(version);
            if (offered.isListed(version) && early != 0) {
                offered.refuses(offered.select(new Choice(version, known, 1)), "FEATURE_DEPENDENCY", early);
                tried++;
            }
        }
        if (tried == 0) {
            throw new NotSupported("a feature and a version that does not allow it");
        }
    }

    /**
     * The device itself tells what it requires, in its answer to a SELECT without features. It has to be something that can
     * be selected, and is then all that is required: a device that no SELECT can satisfy never opens.
     */
    @Test
    @Clause({"SEL-017", "OFR-005"})
    void namesTheRequiredFeaturesThatASelectLacks(DevicePeer device) {
        Negotiation bare = Negotiation.detached(device);
        Frame answer = bare.answerTo(bare.select(PLAIN));
        long reason = Registry.standard().code("reasons", "REQUIRED_FEATURE_MISSING");
        if (!answer.shape().name().equals("REJECT") || answer.get("reason") != reason) {
            throw new NotSupported("a device whose user requires features");
        }
        long required = answer.get("detail");
        boolean isOffered = Registry.known().versions().stream()
                .anyMatch(version -> bare.isListed(version) && (required & ~bare.featuresFor(version)) == 0);
        if (required == 0 || !isOffered) {
            throw bare.channel()
                    .violation(
                            "the required features to be some of the OFFER, which a version of it can have",
                            "REQUIRED_FEATURE_MISSING 0x%x".formatted(required));
        }
        for (int version : Registry.known().versions()) {
            Negotiation offered = Negotiation.detached(device);
            long features = offered.featuresFor(version);
            for (long some = features; offered.isListed(version); some = some - 1 & features) {
                Negotiation next = Negotiation.detached(device);
                Frame select = next.select(new Choice(version, some, 1));
                if ((required & ~some) == 0) {
                    Frame taken = next.answerTo(select);
                    next.channel()
                            .require("features that are missing (all are selected)", 0, Negotiation.missing(taken));
                    next.requireAccept(select, taken);
                } else {
                    next.refuses(select, "REQUIRED_FEATURE_MISSING", required & ~some);
                }
                if (some == 0) {
                    break;
                }
            }
        }
    }

    /** Because of the order, two devices give the same answer. So every pair is tried here, and any number at once below. */
    @Test
    @Clause({"SEL-019", "SEL-010", "SEL-011", "SEL-012", "SEL-013", "SEL-014", "SEL-015", "SEL-016"})
    void answersTheEarlierOfTwoFaults(DevicePeer device) {
        Set<SelectFault> possible =
                SelectFault.possible(Negotiation.detached(device).offer());
        for (SelectFault earlier : possible) {
            for (SelectFault later : possible) {
                if (earlier.compareTo(later) <= 0) {
                    refusesTheFirstOf(EnumSet.of(earlier, later), device);
                }
            }
        }
    }

    @Property
    @Clause({"SEL-019", "SEL-010", "SEL-011", "SEL-012", "SEL-013", "SEL-014", "SEL-015", "SEL-016"})
    void answersTheEarliestOfManyFaults(DevicePeer device, @ForAll @Size(min = 3, max = 7) Set<SelectFault> faults) {
        EnumSet<SelectFault> some = EnumSet.copyOf(faults);
        some.retainAll(SelectFault.possible(Negotiation.detached(device).offer()));
        refusesTheFirstOf(some, device);
    }

    @Property
    @Clause({"ACC-001", "DIG-002", "MRK-002"})
    void acceptsEveryLegalChoiceAndRepeatsIt(
            DevicePeer device,
            @ForAll @IntRange(max = 2) int drawn,
            @ForAll(supplier = Word.Of64Bits.class) long features,
            @ForAll @IntRange(min = 1, max = 0xffff) int window) {
        Negotiation offered = Negotiation.detached(device);
        int version = offered.isListed(drawn) ? drawn : PLAIN.version();
        Choice choice = new Choice(
                version, features & offered.featuresFor(version), 1 + (window - 1) % offered.windowFor(version));
        offered.open(Dialect.BYTE_FIELDS, choice).holds(AnnexDevice.COUNTER, 0);
    }

    @Test
    @Clause("ACC-001")
    @Needs(Ability.VERSION_2)
    void decodesCommandsOfTheSelectedVersionFromThenOn(DevicePeer device) {
        Session.agreed(device, Dialect.INFO_WORD, PLAIN)
                .isClosedBy(Dialect.tagged(Dialect.TAGGED.read(AnnexDevice.at(0, 0)), 1));
        Session.agreed(device, Dialect.INFO_WORD, PLAIN.withVersion(2))
                .isClosedBy(Dialect.INFO_WORD.read(AnnexDevice.at(0, 0)));
    }

    @Test
    @Clause({"CHN-002", "ACC-001"})
    void decodesACommandThatCameInOneWriteWithTheSelect(DevicePeer device) {
        for (int version : Registry.known().versions()) {
            Negotiation offered = Negotiation.detached(device);
            if (offered.isListed(version)) {
                Frame select = offered.select(PLAIN.withVersion(version));
                Session session = Session.after(offered.channel(), Dialect.INFO_WORD, version);
                Frame read = session.read(AnnexDevice.at(AnnexDevice.COUNTER));
                offered.channel().send(select, read);
                offered.expectAcceptOf(select);
                session.expectOk(read, 0);
            }
        }
    }

    private static void refusesTheFirstOf(EnumSet<SelectFault> faults, DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        Frame select = offered.select(PLAIN);
        for (SelectFault fault : faults) {
            select = fault == SelectFault.DIGEST ? select : fault.into(select);
        }
        select = offered.sealed(select);
        if (faults.contains(SelectFault.DIGEST)) {
            select = SelectFault.DIGEST.into(select);
        }
        SelectFault first = faults.iterator().next();
        offered.refuses(select, first.reason(), first.detail(offered, select));
    }
}
