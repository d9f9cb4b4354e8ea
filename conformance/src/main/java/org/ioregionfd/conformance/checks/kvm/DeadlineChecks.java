// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.Arrays;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.junit.jupiter.api.Test;

/** K's reactions at its deadline, which nothing prolongs. */
@Checks
public class DeadlineChecks {
    /** Short, so that the checks of a deadline are short; but long enough for a frame that is under way. */
    private static final int DEADLINE_MILLIS = 400;

    /**
     * A frame that comes byte by byte takes some eight times the deadline, so that a K that stalls for a while is not judged
     * wrong.
     */
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(100);

    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void aDetachedHelloThatIsNotAnsweredFails(KvmPeer kvm) {
        hurried(kvm).expectFailed();
    }

    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void aSelectThatIsNotAnsweredFails(KvmPeer kvm) {
        KvmSession talk = hurried(kvm);
        talk.select(KvmSession.ALL);
        talk.expectFailed();
    }

    /** Half an answer is none. */
    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "FAI-004"})
    void aFragmentOfAnAnswerIsNone(KvmPeer kvm) {
        KvmSession hello = hurried(kvm);
        hello.wire().sendBytes(Arrays.copyOf(hello.offer(KvmSession.ALL).bytes(), Registry.FRAME_LENGTH - 1));
        hello.expectFailed();
        KvmSession select = hurried(kvm);
        Frame offer = select.offer(KvmSession.ALL);
        Frame accept = Forge.accept(select.hello(), offer, select.select(offer));
        select.wire().sendBytes(Arrays.copyOf(accept.bytes(), Registry.FRAME_LENGTH - 1));
        select.expectFailed();
    }

    /** An answer that comes byte by byte takes far longer than the deadline, and K does not wait for its end. */
    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "FAI-004"})
    void aTrickleDoesNotProlongTheDeadline(KvmPeer kvm) {
        KvmSession talk = hurried(kvm);
        byte[] offer = talk.offer(KvmSession.ALL).bytes();
        for (int i = 0; i < Registry.FRAME_LENGTH && !talk.wire().hasNewsWithin(BETWEEN_BYTES); i++) {
            talk.wire().sendBytes(Arrays.copyOfRange(offer, i, i + 1));
        }
        talk.expectFailed();
    }

    private static KvmSession hurried(KvmPeer kvm) {
        return KvmSession.detached(kvm, KvmSession.connectDetached().with("deadline_ms", DEADLINE_MILLIS));
    }
}
