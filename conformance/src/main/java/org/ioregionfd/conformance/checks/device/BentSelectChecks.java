// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Registry.ReadHead;
import org.ioregionfd.conformance.rules.SelectOracle;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/** SELECTs that differ from a right one in one bit or in one field, of each version and after each kind of HELLO, and their ACCEPTs. */
@Checks
@Needs(Ability.VERSION_1)
public class BentSelectChecks {
    private static final Registry REGISTRY = Registry.standard();
    private static final int CASES_EACH = 4;

    /** A HELLO, what is selected behind its OFFER, and what of the SELECT is bent. */
    private record Case(Frame hello, Choice choice, Function<Negotiation, Frame> bend) {}

    @Test
    @Clause({"DIG-002", "ACC-001"})
    void sealsEveryAgreementAfterEveryHello(DevicePeer device) {
        List<Choice> choices = every(device);
        List<Case> cases = new ArrayList<>();
        for (Frame hello : hellos(device)) {
            choices.forEach(choice -> cases.add(new Case(hello, choice, offered -> offered.select(choice))));
        }
        for (Case each : Cases.of(cases, 2 * CASES_EACH, device.random())) {
            Negotiation offered = Negotiation.start(device.connect(), each.hello());
            Frame select = each.bend().apply(offered);
            offered.channel().send(select);
            offered.requireSeal(select, offered.expectAccept());
            offered.channel().close();
        }
    }

    @Test
    @Clause("ACC-001")
    void repeatsEveryAgreement(DevicePeer device) {
        for (Choice choice : every(device)) {
            Negotiation offered = Negotiation.detached(device);
            offered.open(Dialect.INFO_WORD, choice).holds(AnnexDevice.COUNTER, 0);
            offered.channel().close();
        }
    }

    @Test
    @Clause("SEL-011")
    void namesEachReservedBit(DevicePeer device) {
        bends(
                device,
                (offered, select) -> Bends.everyReservedBit(select).stream()
                        .map(offered::sealed)
                        .toList());
    }

    @Test
    @Clause("SEL-012")
    void findsEveryWrongDigest(DevicePeer device) {
        bends(device, BentSelectChecks::withWrongDigests);
    }

    @Test
    @Clause({"SEL-013", "SEL-014", "SEL-016"})
    void looksAtEveryBitOfTheVersion(DevicePeer device) {
        bends(device, (offered, select) -> sealed(offered, select, "version", 23, 24, 31, 32));
    }

    @Test
    @Clause("SEL-014")
    void looksAtEveryBitOfTheWindow(DevicePeer device) {
        bends(
                device,
                (offered, select) -> sealed(
                        offered,
                        select,
                        "max_inflight",
                        2,
                        255,
                        256,
                        offered.offer().get("max_inflight"),
                        offered.offer().get("max_inflight") + 1));
    }

    @Test
    @Clause({"SEL-015", "SEL-016"})
    void looksAtEveryBitOfTheFeatures(DevicePeer device) {
        bends(
                device,
                (offered, select) -> sealed(
                        offered, select, "features", offered.offer().get("features"), REGISTRY.greaseFeatures()));
    }

    /** What a SELECT that is bent comes to, by the oracle. */
    private interface Bend {
        List<Frame> of(Negotiation offered, Frame select);
    }

    private static void bends(DevicePeer device, Bend bend) {
        for (Case each : Cases.of(cases(device, bend), CASES_EACH, device.random())) {
            Negotiation offered = Negotiation.start(device.connect(), each.hello());
            Frame select = each.bend().apply(offered);
            Optional<SelectOracle.Refusal> refusal = SelectOracle.refusalOf(offered, select);
            if (refusal.isPresent()) {
                offered.refuses(select, refusal.get().reason(), refusal.get().detail());
            } else {
                offered.channel().send(select);
                offered.expectAcceptOf(select);
            }
            offered.channel().close();
        }
    }

    /** Each choice bent in each way, after one HELLO or another. How many ways there are does not depend on the OFFER. */
    private static List<Case> cases(DevicePeer device, Bend bend) {
        Negotiation usual = Negotiation.detached(device);
        List<Frame> hellos = hellos(device);
        List<Case> cases = new ArrayList<>();
        for (Choice choice : bases(device)) {
            int count = bend.of(usual, usual.select(choice)).size();
            for (int i = 0; i < count; i++) {
                int which = i;
                cases.add(new Case(
                        hellos.get(device.random().nextInt(hellos.size())),
                        choice,
                        offered -> bend.of(offered, offered.select(choice)).get(which)));
            }
        }
        return cases;
    }

    /** Detached and attached, with each read head, with a value or none, and with data that count in the digest alone. */
    private static List<Frame> hellos(DevicePeer device) {
        List<Frame> hellos = new ArrayList<>();
        for (ReadHead head : REGISTRY.readHeads()) {
            for (long offset : new long[] {REGISTRY.helloOffset(), 0, AnnexDevice.FAULT}) {
                hellos.add(Forge.hello(head, at(offset), Negotiation.nonce(device)));
            }
        }
        hellos.add(Forge.detachedHello(Dialect.INFO_WORD, 0).with("data", -1));
        hellos.add(Forge.detachedHello(Dialect.BYTE_FIELDS, 0xff).with("user_data", Long.MIN_VALUE));
        return hellos;
    }

    /** The least and the most of each version that is offered. */
    private static List<Choice> bases(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        List<Choice> bases = new ArrayList<>();
        for (int version : Registry.known().versions()) {
            if (offered.isListed(version)) {
                bases.add(new Choice(version, 0, 1));
                bases.add(offered.widest(version));
            }
        }
        return bases;
    }

    /** Each version that is offered with each set of its features, and windows at their edges. */
    private static List<Choice> every(DevicePeer device) {
        Negotiation offered = Negotiation.detached(device);
        List<Choice> all = new ArrayList<>();
        for (int version : Registry.known().versions()) {
            long features = offered.featuresFor(version);
            int granted = offered.windowFor(version);
            for (long some = features; offered.isListed(version); some = some - 1 & features) {
                for (int window : new int[] {1, 2, 255, 256, granted - 1, granted}) {
                    Choice choice = new Choice(version, some, window);
                    if (window >= 1 && window <= granted && !all.contains(choice)) {
                        all.add(choice);
                    }
                }
                if (some == 0) {
                    break;
                }
            }
        }
        return all;
    }

    /** Each bit of a field turned, and the field at its edges, under a right digest. */
    private static List<Frame> sealed(Negotiation offered, Frame select, String field, long... others) {
        List<Frame> bent = new ArrayList<>(Bends.everyBit(select, field));
        bent.addAll(Bends.edges(select, field, others));
        return bent.stream().map(offered::sealed).toList();
    }

    /** Each bit of the digest turned, the digest at its edges, and digests of something else. */
    private static List<Frame> withWrongDigests(Negotiation offered, Frame select) {
        List<Frame> wrong = new ArrayList<>(Bends.everyBit(select, "digest"));
        Frame hello = offered.hello();
        Frame offer = offered.offer();
        wrong.addAll(Bends.edges(
                select,
                "digest",
                Forge.digest(List.of(hello, offer)),
                Forge.digest(List.of(offer, select)),
                Forge.digest(List.of(hello, select)),
                Forge.digest(List.of(select)),
                Forge.accept(hello, offer, select).get("digest"),
                overItself(List.of(hello, offer, select))));
        return wrong;
    }

    /** The CRC of whole frames, the digest field as it stands. */
    private static long overItself(List<Frame> frames) {
        CRC32C crc = new CRC32C();
        frames.forEach(frame -> crc.update(frame.bytes()));
        return crc.getValue();
    }
}
