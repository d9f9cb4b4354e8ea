// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Scripts;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Step;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;

/** Runs of commands of every kind, cut and merged in every way, compared with a model of the device and of the order. */
@Checks
public class ScriptChecks {
    @Property
    @Clause({"V0-016", "V0-011", "V0-012", "V0-014", "DEV-001", "DEV-002", "ACE-001", "ACE-002", "ACE-003", "CHN-002"})
    @Needs(Ability.SERVES_INFO_WORD)
    void playsUnnegotiatedInTheInfoWordLayout(DevicePeer device, @ForAll(supplier = Scripts.class) List<Step> script) {
        playInVersion0(Session.unnegotiated(device, Dialect.INFO_WORD), script);
    }

    @Property
    @Clause({"V0-016", "V0-011", "V0-012", "V0-014", "DEV-001", "DEV-002", "ACE-001", "ACE-002", "ACE-003", "CHN-002"})
    @Needs(Ability.SERVES_BYTE_FIELDS)
    void playsUnnegotiatedInTheByteFieldsLayout(
            DevicePeer device, @ForAll(supplier = Scripts.class) List<Step> script) {
        playInVersion0(Session.unnegotiated(device, Dialect.BYTE_FIELDS), script);
    }

    @Property
    @Clause({"V0-016", "V0-010", "V0-011", "V0-012", "V0-014", "DEV-001", "ACE-001", "ACE-002", "ACE-003", "CHN-002"})
    @Needs(Ability.AGREES_VERSION_0)
    void playsInVersion0ThatWasAgreed(
            DevicePeer device, @ForAll boolean isInfoWord, @ForAll(supplier = Scripts.class) List<Step> script) {
        Dialect layout = isInfoWord ? Dialect.INFO_WORD : Dialect.BYTE_FIELDS;
        playInVersion0(Session.agreed(device, layout, new Choice(0, 0, 1)), script);
    }

    @Property
    @Clause({"V1-003", "ORD-001", "ORD-003", "DEV-001", "DEV-002", "ACE-001", "ACE-002", "ACE-003", "CHN-002"})
    @Needs(Ability.VERSION_1)
    void playsInVersion1(
            DevicePeer device, @ForAll boolean isPosting, @ForAll(supplier = Scripts.class) List<Step> script) {
        Negotiation offered = Negotiation.detached(device);
        long features = isPosting ? offered.featuresFor(1) : 0;
        play(offered.open(device, Dialect.INFO_WORD, new Choice(1, features, 1), -1), 1, 1, script);
    }

    @Property
    @Clause({
        "ORD-003", "ORD-001", "ORD-002", "V2-003", "V2-004", "FEA-001", "VIO-006", "DEV-001", "DEV-003", "ACE-001",
        "ACE-002", "ACE-003", "CHN-002"
    })
    @Needs(Ability.VERSION_2)
    void playsInVersion2InOrder(
            DevicePeer device,
            @ForAll @IntRange(min = 1, max = 5) int window,
            @ForAll @IntRange(max = 3) int extras,
            @ForAll(supplier = Scripts.class) List<Step> script) {
        playInVersion2(device, extras, 0, window, script);
    }

    @Property
    @Clause({
        "ORD-004", "ORD-001", "ORD-002", "V2-003", "V2-004", "FEA-001", "VIO-006", "DEV-001", "DEV-003", "ACE-001",
        "ACE-002", "ACE-003", "CHN-002"
    })
    @Needs({Ability.VERSION_2, Ability.OUT_OF_ORDER})
    void playsInVersion2OutOfOrder(
            DevicePeer device,
            @ForAll @IntRange(min = 1, max = 5) int window,
            @ForAll @IntRange(max = 3) int extras,
            @ForAll(supplier = Scripts.class) List<Step> script) {
        playInVersion2(device, extras, Forge.OUT_OF_ORDER, window, script);
    }

    private static void playInVersion0(Session session, List<Step> script) {
        new ScriptRun(session, Sending.version0(session.dialect())).play(script);
    }

    /** With a window of 1..4, or, for 5, with all that is offered. */
    private static void playInVersion2(DevicePeer device, int extras, long order, int window, List<Step> script) {
        Negotiation offered = Negotiation.detached(device);
        long wanted = (extras & 1) * Forge.POSTED_WRITES | (extras >> 1) * Forge.FENCE | order;
        int granted = offered.windowFor(2);
        Choice choice =
                new Choice(2, wanted & offered.featuresFor(2), window == 5 ? granted : Math.min(window, granted));
        play(offered.open(device, Dialect.INFO_WORD, choice, -1), 2, choice.maxInflight(), script);
    }

    /** With the features that the device requires besides. SEL-017 */
    private static void play(Session session, int version, int window, List<Step> script) {
        long features = session.service().features();
        new ScriptRun(session, Sending.agreed(version, features, window)).play(script);
    }
}
