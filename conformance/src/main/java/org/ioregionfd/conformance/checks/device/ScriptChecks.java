// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Lives;
import org.ioregionfd.conformance.checks.arbitraries.Lives.Joined;
import org.ioregionfd.conformance.checks.arbitraries.Lives.Life;
import org.ioregionfd.conformance.checks.arbitraries.Lives.Terms;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;

/**
 * Whole channels, from one HELLO or a few to the end: commands of every kind, cut and merged in every way, compared with a model of
 * the device and of the order.
 */
@Checks
public class ScriptChecks {
    @Property
    @Clause({
        "V0-016", "V0-010", "V0-011", "V0-012", "V0-014", "V0-015", "DEV-001", "DEV-002", "DEV-005", "DEV-006",
                "DST-001",
        "DST-002", "DST-003", "OFR-001", "HEL-011", "ACE-001", "ACE-002", "ACE-003", "CHN-002", "CHN-004", "CHN-013",
                "CHN-014"
    })
    @Needs(Ability.SERVES_INFO_WORD)
    void playsUnnegotiatedInTheInfoWordLayout(DevicePeer device, @ForAll(supplier = Lives.class) Life life) {
        playUnnegotiated(device, Dialect.INFO_WORD, life);
    }

    @Property
    @Clause({
        "V0-016", "V0-010", "V0-011", "V0-012", "V0-014", "V0-015", "DEV-001", "DEV-002", "DEV-005", "DEV-006",
                "DST-001",
        "DST-002", "DST-003", "OFR-001", "HEL-011", "ACE-001", "ACE-002", "ACE-003", "CHN-002", "CHN-004", "CHN-013",
                "CHN-014"
    })
    @Needs(Ability.SERVES_BYTE_FIELDS)
    void playsUnnegotiatedInTheByteFieldsLayout(DevicePeer device, @ForAll(supplier = Lives.class) Life life) {
        playUnnegotiated(device, Dialect.BYTE_FIELDS, life);
    }

    @Property
    @Clause({
        "V0-016", "V0-010", "V0-011", "V0-012", "V0-014", "V0-015", "V0-017", "DEV-001", "DEV-002", "DEV-005",
        "DEV-006", "HEL-011", "DST-004", "DIG-002", "ACE-001", "ACE-002", "ACE-003", "CHN-002", "CHN-004", "CHN-013",
        "CHN-014"
    })
    @Needs(Ability.AGREES_VERSION_0)
    void playsInVersion0ThatWasAgreed(DevicePeer device, @ForAll(supplier = Lives.class) Life life) {
        play(device, life.with(new Terms(0, 0, 1)));
    }

    @Property
    @Clause({
        "V1-003", "ORD-001", "ORD-003", "DEV-001", "DEV-002", "DEV-005", "DEV-006", "HEL-011", "DST-004", "DIG-002",
        "ACE-001", "ACE-002", "ACE-003", "CHN-002", "CHN-004", "CHN-013", "CHN-014", "VIO-001", "VIO-002", "VIO-005",
        "VIO-007"
    })
    @Needs(Ability.VERSION_1)
    void playsInVersion1(DevicePeer device, @ForAll(supplier = Lives.class) Life life) {
        play(device, life.with(new Terms(1, life.terms().features() & Forge.POSTED_WRITES, 1)));
    }

    @Property
    @Clause({
        "ORD-003", "ORD-001", "ORD-002", "V2-003", "V2-004", "FEA-001", "VIO-006", "DEV-001", "DEV-002", "DEV-003",
        "DEV-005", "DEV-006", "HEL-011", "DST-004", "DIG-002", "ACE-001", "ACE-002", "ACE-003", "CHN-002", "CHN-004",
        "CHN-013", "CHN-014", "VIO-001", "VIO-003", "VIO-004", "VIO-005", "VIO-007"
    })
    @Needs(Ability.VERSION_2)
    void playsInVersion2InOrder(DevicePeer device, @ForAll(supplier = Lives.class) Life life) {
        Terms terms = life.terms();
        play(device, life.with(new Terms(2, terms.features() & ~Forge.OUT_OF_ORDER, terms.window())));
    }

    @Property
    @Clause({
        "ORD-004", "ORD-001", "ORD-002", "V2-003", "V2-004", "FEA-001", "VIO-006", "DEV-001", "DEV-002", "DEV-003",
        "DEV-005", "DEV-006", "HEL-011", "DST-004", "DIG-002", "ACE-001", "ACE-002", "ACE-003", "CHN-002", "CHN-004",
        "CHN-013", "CHN-014", "VIO-001", "VIO-003", "VIO-004", "VIO-005", "VIO-007"
    })
    @Needs({Ability.VERSION_2, Ability.OUT_OF_ORDER})
    void playsInVersion2OutOfOrder(DevicePeer device, @ForAll(supplier = Lives.class) Life life) {
        Terms terms = life.terms();
        play(device, life.with(new Terms(2, terms.features() | Forge.OUT_OF_ORDER, terms.window())));
    }

    /** Each has its own handshake, its own commands and its own state, whatever the other does at the same time. */
    @Property
    @Clause({"DEV-001", "DEV-004", "V0-010", "ACC-001", "DIG-002", "V2-003", "ORD-001", "FEA-001", "VIO-006"})
    @Needs(Ability.VERSION_1)
    void keepsTwoChannelsApart(
            DevicePeer device, @ForAll(supplier = Lives.class) Life one, @ForAll(supplier = Lives.class) Life other) {
        List<Life> lives =
                Stream.of(one, other).map(life -> served(device, life)).toList();
        List<ScriptRun> runs = lives.stream()
                .map(life -> agreed(device, device.connect(), new AnnexDevice(), life))
                .toList();
        int steps = Math.max(one.script().size(), other.script().size());
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < runs.size(); i++) {
                if (step < lives.get(i).script().size()) {
                    runs.get(i).play(lives.get(i).script().get(step));
                }
            }
        }
        for (int i = 0; i < runs.size(); i++) {
            runs.get(i).end(lives.get(i).end(), lives.get(i).seed());
        }
    }

    /** {@code life}, or one of the highest version that the device serves, where it does not serve that of {@code life}. */
    private static Life served(DevicePeer device, Life life) {
        Negotiation offered = Negotiation.detached(device);
        Terms terms = life.terms();
        int best = Registry.known().bestIn(offered.offer().get("versions"));
        try {
            offered.possible(device, terms);
            return life;
        } catch (NotSupported e) {
            return life.with(new Terms(best, terms.features(), terms.window()));
        } finally {
            offered.channel().close();
        }
    }

    /** With the end of the life, or with a handshake and another life behind that. */
    private static void playUnnegotiated(DevicePeer device, Dialect layout, Life life) {
        AnnexDevice annex = new AnnexDevice();
        Session session = Session.unnegotiated(device, layout);
        ScriptRun run = new ScriptRun(session, Sending.version0(layout), annex, new Tags(0, 1));
        life.script().forEach(run::play);
        if (life.joined() == Joined.COMMANDS) {
            run.end(life.end(), life.seed());
        } else {
            run.collect();
            play(agreed(device, session.channel(), annex, served(device, life)), life);
        }
    }

    private static void play(DevicePeer device, Life life) {
        play(agreed(device, device.connect(), new AnnexDevice(), life), life);
    }

    private static void play(ScriptRun run, Life life) {
        life.script().forEach(run::play);
        run.end(life.end(), life.seed());
    }

    /** Begins the handshakes of {@code life} on {@code channel}; the last of them may be sent with the first commands. */
    private static ScriptRun agreed(DevicePeer device, Conversation channel, AnnexDevice annex, Life life) {
        HandshakeChecks.Opening opening =
                HandshakeChecks.Opening.begun(channel, annex, life.hellos(), life.joined() == Joined.HELLO);
        Negotiation offered = opening.offered();
        Choice choice = offered.possible(device, life.terms());
        Dialect layout = HandshakeChecks.layout(life.hellos().get(life.hellos().size() - 1));
        ScriptRun run = new ScriptRun(
                Session.after(channel, layout, choice),
                choice.version() == 0
                        ? Sending.version0(layout)
                        : Sending.agreed(choice.version(), choice.features(), choice.maxInflight()),
                annex,
                new Tags(life.seed(), choice.maxInflight()));
        Frame select = offered.select(choice);
        run.beginWith(opening.with(select), () -> {
            opening.requireAnswer();
            offered.expectAcceptOf(select);
        });
        if (life.joined() == Joined.COMMANDS) {
            run.collect();
        }
        return run;
    }
}
