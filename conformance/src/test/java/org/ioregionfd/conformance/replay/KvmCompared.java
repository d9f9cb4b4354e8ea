// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import java.util.Optional;
import org.ioregionfd.conformance.replay.StateGraph.State;
import org.ioregionfd.conformance.replay.StateGraph.Step;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.KvmAccess;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Agreement;

/** Compares the reports of the KVM side's machines with the model. */
final class KvmCompared {
    static final String NO_RESPONSE = "no response";

    private KvmCompared() {}

    /** The terms that K uses or used. */
    static void agreed(State to, Optional<Outcome> outcome) {
        TlaValue terms = to.get("kAgreed");
        Optional<Agreement> agreed = outcome.filter(Outcome.Agreed.class::isInstance)
                .map(Outcome.Agreed.class::cast)
                .map(Outcome.Agreed::agreement);
        Optional<Agreement> expected = terms.isNone()
                ? Optional.empty()
                : Optional.of(
                        Settings.agreement(terms, Settings.layout(to.get("k").field("layout"))));
        Compared.same("what was agreed", expected, agreed);
    }

    /** Whether K has failed, and whether the failure is of the kind that the step's action names. */
    static void failure(Step step, Optional<Failure> failure) {
        Compared.same("a failure", step.to().get("kState").text().equals("Failed"), failure.isPresent());
        failure.ifPresent(seen -> Compared.holds(
                "the failure does not fit the step: " + seen,
                switch (step.action()) {
                    case "KTakesReject" ->
                        seen instanceof Failure.Rejected rejected
                                && rejected.misplaced().isEmpty();
                    case "KAbortsOffer" ->
                        seen instanceof Failure.Aborted aborted
                                && aborted.clause().isPresent();
                    case "KGivesUp" ->
                        seen instanceof Failure.Aborted aborted
                                && aborted.clause().isEmpty();
                    case "KRunsOutOfTime" -> seen instanceof Failure.DeadlinePassed;
                    case "KSeesEnd" -> seen instanceof Failure.PeerClosed;
                    default ->
                        seen instanceof Failure.Violated
                                || (seen instanceof Failure.Rejected rejected
                                        && rejected.misplaced().isPresent());
                }));
    }

    /** How an access ended. */
    static String inWords(KvmAccess<?> access) {
        return switch (access.end()) {
            case DONE -> done(access.value());
            case NOT_SENT -> "not sent: " + access.why();
            case MAYBE_EXECUTED -> NO_RESPONSE;
        };
    }

    static String done(long value) {
        return "done 0x" + Long.toHexString(value);
    }

    /** The model's name of the state. */
    static String name(KvmState state) {
        return switch (state) {
            case IDLE -> "Idle";
            case HELLO_SENT -> "HelloSent";
            case OFFERED -> "Offered";
            case SELECT_SENT -> "SelectSent";
            case OPEN -> "Open";
            case LEGACY -> "Legacy";
            case FAILED -> "Failed";
        };
    }
}
