// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Replies.Reply;
import org.ioregionfd.conformance.checks.arbitraries.Requests;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Options;
import org.ioregionfd.conformance.run.Check.Clause;

/** Runs of requests of every kind in every version, answered at any time and in any order, until the channel ends in any way. */
@Checks
public class RequestChecks {
    private static final Step ANSWER = new Step(Kind.ANSWER, KvmSession.MEMORY, 4, 0);

    /** A window of which a run makes full use. */
    private static final int WINDOW_MAX = 5;

    @Property
    @Clause({"V0-002", "V0-001", "V0-003", "FAI-001", "FAI-003", "FEA-002", "KST-008", "ACE-003", "DRV-002"})
    void keepsToVersion0(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        new Story(kvm, options(isByteFields).withPolicy("off"), Reply.NONE).play(script, end, data);
    }

    @Property
    @Clause({"V0-002", "V0-001", "V0-003", "MRK-003", "KST-002", "FAI-001", "FAI-003", "FEA-002", "KST-008", "DRV-002"})
    void keepsToVersion0InLegacy(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        Story story = new Story(kvm, options(isByteFields), Reply.NONE);
        story.play(List.of(StoryEnd.USE, ANSWER));
        story.play(script, end, data);
    }

    @Property
    @Clause({"V0-002", "V0-001", "V0-003", "FAI-001", "FAI-003", "FEA-002", "KST-008", "ACE-003", "DRV-002"})
    void keepsToVersion0ThatWasAgreed(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        opened(kvm, options(isByteFields), new Terms(0b001, KvmSession.FEATURES, 1))
                .play(script, end, data);
    }

    @Property
    @Clause({"V1-002", "V1-001", "FAI-001", "FAI-003", "FEA-002", "KST-008", "ACE-003", "DRV-002"})
    void keepsToVersion1(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll @IntRange(max = 1) int features,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        opened(kvm, options(isByteFields), new Terms(0b011, features, 1)).play(script, end, data);
    }

    @Property
    @Clause({
        "WIN-001", "V2-001", "V2-002", "V2-005", "V2-006", "FAI-001", "FAI-002", "FAI-003", "FEA-002", "ACE-003",
        "DRV-002"
    })
    void keepsToVersion2(
            KvmPeer kvm,
            @ForAll @IntRange(min = 1, max = WINDOW_MAX) int window,
            @ForAll @IntRange(max = 7) int features,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll StoryEnd.End end,
            @ForAll long data) {
        opened(kvm, Options.NONE, new Terms(KvmSession.VERSIONS, features, window))
                .play(script, end, data);
    }

    private static Options options(boolean isByteFields) {
        return Options.NONE.withLayout(isByteFields ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD);
    }

    private static Story opened(KvmPeer kvm, Options options, Terms terms) {
        Story story = new Story(kvm, options.withHello("detached"), Reply.of(terms));
        story.play(List.of(ANSWER, ANSWER));
        return story;
    }
}
