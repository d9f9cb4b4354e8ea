// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.Violation;

/** Why a channel failed. A peer's fault is a value: which clause, where, and what was seen. */
public sealed interface Failure {
    /** The clause by which the channel failed, if there is one. */
    default Optional<Clause> clause() {
        return Optional.empty();
    }

    /** One line for the user, with the clause's id if there is one. */
    String inWords();

    /**
     * The peer broke a clause, or sent something that K must not accept because of one.
     *
     * @param violation clause, offset in the frame and what was seen
     * @param words the same for the user
     */
    record Violated(Violation violation, String words) implements Failure {
        @Override
        public Optional<Clause> clause() {
            return Optional.of(violation.clause());
        }

        @Override
        public String inWords() {
            return words + " [" + violation + "]";
        }
    }

    /**
     * D sent a REJECT [REJ-002].
     *
     * @param reject its reason, which may be an unknown number, and its detail
     * @param misplaced the violation, if the REJECT answered no SELECT
     */
    record Rejected(Reject reject, Optional<Violation> misplaced) implements Failure {
        @Override
        public Optional<Clause> clause() {
            return misplaced.map(Violation::clause);
        }

        @Override
        public String inWords() {
            return "the device side sent " + reject
                    + misplaced
                            .map(violation -> " in answer to a HELLO [" + violation + "]")
                            .orElse("");
        }
    }

    /**
     * K sent an ABORT.
     *
     * @param abort its reason and detail
     * @param clause the clause that demands it; none if the user gave up
     * @param words for the user: what is missing, by its name
     */
    record Aborted(Abort abort, Optional<Clause> clause, String words) implements Failure {
        @Override
        public String inWords() {
            return "the offer is not acceptable: " + words + "; sent ABORT " + Reason.nameOf(abort.reasonCode())
                    + clause.map(by -> " [" + by.id() + "]").orElse("");
        }
    }

    /** Something did not come in time. */
    record DeadlinePassed(Awaited awaited) implements Failure {
        @Override
        public Optional<Clause> clause() {
            return awaited.clause;
        }

        @Override
        public String inWords() {
            return awaited.words
                    + awaited.clause.map(clause -> " [" + clause.id() + "]").orElse("");
        }
    }

    /** End of the stream, ECONNRESET or EPIPE, which mean the same [CHN-008]. */
    record PeerClosed(KvmState during) implements Failure {
        @Override
        public String inWords() {
            return "the peer closed the channel (state " + during.label() + ")";
        }
    }

    /** K's user closed the channel. */
    record ClosedByUser() implements Failure {
        @Override
        public String inWords() {
            return "the channel was closed";
        }
    }

    /** What a deadline was for. */
    enum Awaited {
        OFFER("nothing answered the detached HELLO in time", Optional.of(Clause.KST_005)),
        ACCEPT("nothing answered the SELECT in time", Optional.of(Clause.KST_005)),
        RESPONSE("an access was not answered in time", Optional.empty()),
        ROOM("the peer did not take a command in time", Optional.empty());

        private final String words;
        private final Optional<Clause> clause;

        Awaited(String words, Optional<Clause> clause) {
            this.words = words;
            this.clause = clause;
        }
    }
}
