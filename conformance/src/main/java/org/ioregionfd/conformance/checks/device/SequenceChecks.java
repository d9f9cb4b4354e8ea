// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.checks.Cases;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Step;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.junit.jupiter.api.Test;

/** Every command behind every other, while a READ is held and while none is: what a random run meets seldom. */
@Checks
@Needs({Ability.VERSION_2, Ability.WINDOW_2})
public class SequenceChecks {
    /** Room for a READ that is held, three commands, and what ends the run. */
    private static final int WINDOW = 8;

    private static final int CASES_EACH = 8;
    private static final int LENGTH = 3;
    private static final int SIZES = 4;

    /** What a step does, and where; what it writes follows from its place in the run. */
    private record Form(Kind kind, Access access) {}

    private static final List<Form> FORMS = forms();

    @Test
    @Clause({"ORD-003", "ORD-001", "ORD-002", "FEA-001", "V2-003", "V2-004", "DEV-001"})
    void keepsTheOrderOfAnyThreeCommands(DevicePeer device) {
        plays(device, 0);
    }

    @Test
    @Clause({"FEA-001", "ORD-001", "ORD-004", "V2-003", "V2-004", "DEV-001"})
    @Needs(Ability.OUT_OF_ORDER)
    void doesAnyThreeCommandsOutOfOrder(DevicePeer device) {
        plays(device, Forge.OUT_OF_ORDER);
    }

    private static void plays(DevicePeer device, long order) {
        Negotiation offered = Negotiation.detached(device);
        long features = offered.featuresFor(2) & (Forge.POSTED_WRITES | Forge.FENCE | order);
        Choice choice = new Choice(2, features, Math.min(WINDOW, offered.windowFor(2)));
        Session session = offered.open(Dialect.INFO_WORD, choice);
        ScriptRun run = new ScriptRun(session, Sending.agreed(2, features, choice.maxInflight()));
        Cases.of(runs(), CASES_EACH, device.random()).forEach(run::play);
    }

    /** Each three forms one after the other, behind a READ that is held or behind nothing. */
    private static List<List<Step>> runs() {
        List<List<Step>> runs = new ArrayList<>();
        int count = FORMS.size();
        for (int number = 0; number < 2 * count * count * count; number++) {
            List<Step> run = new ArrayList<>();
            if (number % 2 == 0) {
                run.add(new Step(Kind.HOLD, at(AnnexDevice.HOLD, number / 2 % SIZES), 0));
            }
            int rest = number / 2;
            for (int place = 0; place < LENGTH; place++) {
                Form form = FORMS.get(rest % count);
                // Sizes and values take turns: what depends on one of them shows in one run or another.
                Access access = form.access().withSizeExponent((number + place) % SIZES);
                run.add(new Step(form.kind(), access, number * 4L + place));
                rest /= count;
            }
            runs.add(run);
        }
        return runs;
    }

    private static List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            Access memory = at(0).withUserData(region);
            for (Kind kind : List.of(Kind.READ, Kind.WRITE, Kind.POST)) {
                forms.add(new Form(kind, memory));
            }
            forms.add(new Form(Kind.HOLD, memory.withOffset(AnnexDevice.HOLD)));
        }
        forms.add(new Form(Kind.READ, at(AnnexDevice.FAULT)));
        forms.add(new Form(Kind.WRITE, at(0).withUserData(0)));
        forms.add(new Form(Kind.RELEASE, at(AnnexDevice.RELEASE)));
        forms.add(new Form(Kind.POST_RELEASE, at(AnnexDevice.RELEASE).withUserData(AnnexDevice.OTHER_REGION)));
        forms.add(new Form(Kind.FENCE, at(0)));
        return List.copyOf(forms);
    }
}
