// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Requests;
import org.ioregionfd.conformance.checks.arbitraries.Requests.Step;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.conformance.run.Check.Clause;

/** Runs of requests of every kind in every version, answered at any time and in any order, until the channel ends in any way. */
@Checks
public class RequestChecks {
    @Property
    @Clause({"V0-002", "V0-001", "V0-003", "FAI-001", "FAI-003", "FEA-002", "KST-008", "ACE-003", "DRV-002"})
    void keepsToVersion0(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll RequestRun.End end) {
        Dialect layout = isByteFields ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD;
        new RequestRun(KvmSession.off(kvm, layout), Sending.version0(layout)).play(script, end);
    }

    @Property
    @Clause({"V0-002", "V0-001", "V0-003", "MRK-003", "KST-002", "FAI-001", "FAI-003", "FEA-002", "KST-008", "DRV-002"})
    void keepsToVersion0InLegacy(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll RequestRun.End end) {
        Standing legacy = isByteFields ? Standing.LEGACY_BYTE_FIELDS : Standing.LEGACY_INFO_WORD;
        new RequestRun(legacy.begin(kvm), Sending.version0(legacy.dialect())).play(script, end);
    }

    @Property
    @Clause({"V0-002", "V0-001", "V0-003", "FAI-001", "FAI-003", "FEA-002", "KST-008", "ACE-003", "DRV-002"})
    void keepsToVersion0ThatWasAgreed(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll RequestRun.End end) {
        Dialect layout = isByteFields ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD;
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectDetached().with("layout", layout.label()))
                .open(new Terms(0b001, KvmSession.FEATURES, 1));
        new RequestRun(talk, Sending.version0(layout)).play(script, end);
    }

    @Property
    @Clause({"V1-002", "V1-001", "FAI-001", "FAI-003", "FEA-002", "KST-008", "ACE-003", "DRV-002"})
    void keepsToVersion1(
            KvmPeer kvm,
            @ForAll @IntRange(max = 1) int features,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll RequestRun.End end) {
        KvmSession talk = KvmSession.opened(kvm, new Terms(0b011, features, 1));
        new RequestRun(talk, Sending.agreed(1, features, 1)).play(script, end);
    }

    @Property
    @Clause({
        "WIN-001", "V2-001", "V2-002", "V2-005", "V2-006", "FAI-001", "FAI-002", "FAI-003", "FEA-002", "ACE-003",
        "DRV-002"
    })
    void keepsToVersion2(
            KvmPeer kvm,
            @ForAll @IntRange(min = 1, max = 5) int window,
            @ForAll @IntRange(max = 7) int features,
            @ForAll(supplier = Requests.class) List<Step> script,
            @ForAll RequestRun.End end) {
        KvmSession talk = KvmSession.opened(kvm, new Terms(KvmSession.VERSIONS, features, window));
        new RequestRun(talk, Sending.agreed(2, features, window)).play(script, end);
    }
}
