// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Connects;
import org.ioregionfd.conformance.checks.arbitraries.Replies;
import org.ioregionfd.conformance.checks.arbitraries.Replies.Reply;
import org.ioregionfd.conformance.checks.arbitraries.Requests;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Options;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Whole channels: any options, any device, any requests at any time, and any end. */
@Checks
public class StoryChecks {
    /** Of them all, those in a quick run. */
    private static final int ENDINGS = 60;

    private static final List<Options> OPTIONS = List.of(
            Options.NONE,
            Options.NONE.withLayout(Dialect.BYTE_FIELDS),
            Options.NONE.withHello("detached"),
            Options.NONE.withHello("detached").withLayout(Dialect.BYTE_FIELDS),
            Options.NONE.withPolicy("require"),
            Options.NONE.withPolicy("off").withLayout(Dialect.BYTE_FIELDS));

    @Property
    @Clause({
        "POL-001", "V0-001", "V0-002", "V0-003", "V0-004", "V0-005", "ACE-003", "V2-007", "KST-001", "KST-008",
        "FAI-001", "FAI-003", "FEA-002", "CHN-002", "CHN-004", "ABT-001", "LEN-001", "LEN-002", "LEN-006", "REC-005",
        "DRV-002", "DRV-003", "DRV-006", "DRV-007"
    })
    void withoutAHello(
            KvmPeer kvm,
            @ForAll(supplier = Connects.WithoutHello.class) Options options,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        new Story(kvm, options, Reply.NONE).play(script, end, data);
    }

    @Property
    @Clause({
        "KST-010", "HEL-003", "HEL-004", "HEL-007", "OFR-010", "OFR-012", "SEL-001", "SEL-002", "SEL-003", "SEL-004",
        "SEL-005", "SEL-006", "SEL-007", "ACC-002", "ACC-003", "REJ-002", "ABT-001", "ABT-002", "ABT-004", "DIG-001",
        "KST-001", "OFR-011", "GRS-002", "MRK-002", "KST-002", "KST-004", "KST-007", "KST-008", "KST-009", "KST-011",
        "V0-001", "V0-002", "V0-003", "V0-004", "V0-005", "V1-001", "V1-002", "V1-004", "V2-001", "V2-002", "V2-005",
        "V2-006", "V2-007", "WIN-001", "FEA-002", "ACE-003", "FAI-001", "FAI-003", "FAI-006", "CHN-002", "CHN-004",
        "LEN-001", "LEN-002", "LEN-003", "LEN-006", "DRV-002", "DRV-003", "DRV-006", "DRV-007"
    })
    void withAnAttachedHello(
            KvmPeer kvm,
            @ForAll(supplier = Connects.Attached.class) Options options,
            @ForAll(supplier = Replies.class) Reply reply,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        new Story(kvm, options, reply).play(script, end, data);
    }

    @Property
    @Clause({
        "POL-002", "HEL-003", "HEL-005", "HEL-007", "OFR-010", "OFR-012", "SEL-001", "SEL-002", "SEL-003", "SEL-004",
        "SEL-005", "SEL-006", "ACC-002", "ACC-003", "REJ-002", "ABT-001", "ABT-002", "DIG-001", "REC-001", "REC-002",
        "REC-005", "OFR-011", "GRS-002", "MRK-002", "KST-002", "KST-003", "KST-004", "KST-008", "KST-010", "KST-011",
        "KST-009", "V0-001", "V0-002", "V0-003", "V0-004", "V0-005", "V1-001", "V1-002", "V1-004", "V2-001", "V2-002",
        "V2-005", "V2-006", "V2-007", "WIN-001", "FEA-002", "ACE-003", "FAI-001", "FAI-003", "FAI-006", "CHN-002",
        "CHN-004", "LEN-001", "LEN-002", "LEN-003", "LEN-006", "DRV-002", "DRV-003", "DRV-006", "DRV-007"
    })
    void withADetachedHello(
            KvmPeer kvm,
            @ForAll(supplier = Connects.Detached.class) Options options,
            @ForAll(supplier = Replies.class) Reply reply,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        new Story(kvm, options, reply).play(script, end, data);
    }

    /** Each end of a channel in each state, and with each request under way. */
    private record Ending(Options options, Reply reply, int answers, Kind asked, StoryEnd.End end) {
        private static final long[] DRAWS = {0, 1, 0xff, 0x1234_5678_9abc_def1L, -1};

        List<Step> script() {
            List<Step> script = new ArrayList<>();
            if (!options.isDetached()) {
                // The HELLO, and what makes K send its SELECT.
                script.add(step(Kind.READ, 0x10, 4));
                script.add(step(Kind.READ, 0x18, 8));
            }
            for (int i = 0; i < answers; i++) {
                script.add(step(Kind.ANSWER, 0, 1));
            }
            script.add(step(asked, 0x20, 2));
            script.add(step(Kind.WRITE, 0x31, 5));
            return script;
        }

        private static Step step(Kind kind, long offset, int size) {
            return new Step(kind, new Access(1, offset, 0), size, 0x8877_6655_4433_2211L);
        }

        long data(int number) {
            return DRAWS[number % DRAWS.length] + number;
        }

        @Override
        public String toString() {
            return "%s, %s, %d answers, then %s, %s".formatted(options, reply, answers, asked, end);
        }
    }

    @Test
    @Clause({
        "FAI-001", "FAI-003", "FAI-006", "CHN-004", "CHN-008", "ABT-001", "ABT-002", "ABT-004", "KST-001", "KST-003",
                "KST-004", "KST-006",
        "KST-008", "KST-009", "KST-011", "REJ-002", "ACC-002", "ACC-003", "OFR-010", "V1-004", "V2-005", "DRV-003",
                "DRV-006", "DRV-007"
    })
    void everyEndInEveryState(KvmPeer kvm) {
        List<Ending> cases = new ArrayList<>();
        Kind[] asked = {Kind.READ, Kind.POST, Kind.FENCE, Kind.WRITE, Kind.ANSWER};
        for (StoryEnd.End end : StoryEnd.End.values()) {
            for (int answers = 0; answers <= 3; answers++) {
                for (Reply reply : Replies.KNOWN) {
                    for (Options options : OPTIONS) {
                        cases.add(new Ending(options, reply, answers, asked[cases.size() % asked.length], end));
                    }
                }
            }
        }
        KvmCases.each(kvm, cases, ENDINGS, ending -> {
            long data = ending.data(kvm.random().nextInt(Byte.MAX_VALUE));
            new Story(kvm, ending.options, ending.reply).play(ending.script(), ending.end, data);
        });
    }
}
