// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Bytes that answer nothing, in every state in which nothing is outstanding. */
@Checks
public class UnaskedChecks {
    /** Of a frame: the shortest piece, and all of it. */
    private static final int[] LENGTHS = {1, Registry.FRAME_LENGTH};

    /** Others that a K may have a reason to wait for. */
    private static final int[] MORE_LENGTHS = {8, 31};

    /** What K was asked for last, and that was answered where it wants an answer. */
    private record Unasked(Standing standing, Op last, int length) {
        @Override
        public String toString() {
            return "%s, %d bytes behind a %s".formatted(standing, length, last);
        }
    }

    @Test
    @Clause({"FAI-003", "V2-005", "CHN-002"})
    void bytesThatAnswerNothingFail(KvmPeer kvm) {
        List<Unasked> cases = new ArrayList<>();
        for (Standing standing : Standing.values()) {
            for (Op last : standing.ops()) {
                if (standing.dialect() == Dialect.TAGGED) {
                    // A piece of a response bears no tag yet.
                    cases.add(new Unasked(standing, last, Registry.FRAME_LENGTH));
                } else {
                    Arrays.stream(LENGTHS).forEach(length -> cases.add(new Unasked(standing, last, length)));
                }
            }
        }
        for (int length : MORE_LENGTHS) {
            cases.add(new Unasked(Standing.IDLE_INFO_WORD, Op.WRITE, length));
            cases.add(new Unasked(Standing.LEGACY_BYTE_FIELDS, Op.READ, length));
            cases.add(new Unasked(Standing.VERSION_1, Op.POSTED, length));
        }
        KvmCases.each(kvm, cases, 6, unasked -> {
            KvmSession talk = unasked.standing.begin(kvm);
            Standing.Asked asked = unasked.standing.ask(talk, unasked.last);
            Frame response = asked.response(0);
            if (unasked.last != Op.POSTED) {
                asked.answer(response);
            }
            talk.wire().sendBytes(Arrays.copyOf(response.bytes(), unasked.length));
            expectFailed(talk, unasked.standing);
        });
    }

    /** The answer and what is too much, in one write. */
    @Test
    @Clause({"FAI-003", "V2-005"})
    void aResponseTooManyFailsBesideARightOne(KvmPeer kvm) {
        List<Unasked> cases = new ArrayList<>();
        for (Standing standing : Standing.values()) {
            standing.answeredOps().forEach(op -> cases.add(new Unasked(standing, op, Registry.FRAME_LENGTH)));
        }
        KvmCases.each(kvm, cases, 3, unasked -> {
            KvmSession talk = unasked.standing.begin(kvm);
            Standing.Asked asked = unasked.standing.ask(talk, unasked.last);
            Frame response = asked.response(0);
            talk.wire().send(response, response);
            kvm.expectDone(asked.ticket());
            expectFailed(talk, unasked.standing);
        });
    }

    /** A piece that comes before the next command is sent is no beginning of that one's answer. */
    @Test
    @Clause({"FAI-003", "CHN-002"})
    void aPieceBehindAResponseFailsThoughAnotherAccessWaits(KvmPeer kvm) {
        List<Unasked> cases = new ArrayList<>();
        for (Standing standing : Standing.values()) {
            if (standing.dialect() != Dialect.TAGGED) {
                for (int length : new int[] {1, 8, 31}) {
                    standing.answeredOps().forEach(op -> cases.add(new Unasked(standing, op, length)));
                }
            }
        }
        KvmCases.each(kvm, cases, 4, unasked -> {
            KvmSession talk = unasked.standing.begin(kvm);
            Standing.Asked asked = unasked.standing.ask(talk, unasked.last);
            Ticket waiting = kvm.ask(Request.write(KvmSession.MEMORY, 1));
            kvm.awaitRead();
            byte[] response = asked.response(0).bytes();
            byte[] both = Arrays.copyOf(response, Registry.FRAME_LENGTH + unasked.length);
            System.arraycopy(response, 0, both, Registry.FRAME_LENGTH, unasked.length);
            talk.wire().sendBytes(both);
            kvm.expectDone(asked.ticket());
            // A K that reads the piece late has sent the next command already.
            if (talk.wire().take(Registry.FRAME_LENGTH).length > 0) {
                talk.wire().expectClosed();
                kvm.expectError(waiting, "maybe-executed");
            } else {
                kvm.expectError(waiting, "not-sent");
            }
            talk.wire().close();
        });
    }

    private static void expectFailed(KvmSession talk, Standing standing) {
        if (standing.dialect() == Dialect.TAGGED) {
            expectFailedInVersion2(talk);
        } else {
            talk.expectFailedAtTheLatestByTheNextUse();
        }
        talk.wire().close();
    }

    /** A tag tells what a response answers: K need not look before it sends. */
    private static void expectFailedInVersion2(KvmSession talk) {
        Ticket next = talk.kvm().ask(Request.read(KvmSession.MEMORY));
        byte[] sent = talk.wire().take(Registry.FRAME_LENGTH);
        if (sent.length > 0) {
            talk.wire().expectClosed();
        }
        Answer answer = talk.kvm().await(next);
        KvmSession.expectState(answer, "failed");
        if (!answer.status().equals("error")) {
            throw KvmPeer.wrong("a READ that fails with its channel", answer);
        }
    }
}
