// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.junit.jupiter.api.Test;

/** A K whose own writes block, because the suite reads nothing. */
@Checks
public class BlockedChecks {
    /** How many posted WRITEs are requested at a time: few enough for any driver's room, and many enough to block soon. */
    private static final int WRITES = 250;

    /** How many in all: more than a socket holds by default, even if K writes many frames at once. */
    private static final int ROUNDS = 60;

    /** A posted WRITE ends when it was written; one that has not ended within this time was not written. */
    private static final Duration BLOCKED = Duration.ofMillis(250);

    @Test
    @TakesTime
    @Clause("WIN-002")
    void readsResponsesWhileItsWriteBlocks(KvmPeer kvm) {
        Blocked blocked = block(kvm);
        blocked.talk.wire().send(blocked.response);
        kvm.expectValue(blocked.read, 9);
        blocked.end(kvm);
    }

    @Test
    @TakesTime
    @Clause("CHN-008")
    void readsWhatCameBeforeTheEndThatItsWriteMeets(KvmPeer kvm) {
        Blocked blocked = block(kvm);
        blocked.talk.wire().send(blocked.response);
        blocked.talk.wire().close();
        kvm.expectValue(blocked.read, 9);
        blocked.end(kvm);
    }

    /** What lies in the socket was sent, and what does not was not. */
    @Test
    @TakesTime
    @Clause("FAI-001")
    void tellsWhatWasSentFromWhatWasNot(KvmPeer kvm) {
        Blocked blocked = block(kvm);
        blocked.talk.wire().finish();
        List<Answer> ends = blocked.writes.stream().map(kvm::await).toList();
        kvm.expectError(blocked.read, "maybe-executed");
        int bytes = 0;
        for (int more = 1; more > 0; bytes += more) {
            more = blocked.talk.wire().take(Registry.FRAME_LENGTH).length;
        }
        // All rounds before the last one were sent whole.
        int begun = (bytes + Registry.FRAME_LENGTH - 1) / Registry.FRAME_LENGTH - blocked.sent;
        long sent = ends.stream().filter(end -> !end.error().equals("not-sent")).count();
        if (sent != begun) {
            throw blocked.talk
                    .wire()
                    .violation(
                            begun + " of the last " + WRITES + " WRITEs done or maybe-executed, the others not-sent",
                            sent + " of them");
        }
    }

    /** A channel on which K waits for a response and cannot write. */
    private record Blocked(KvmSession talk, Ticket read, Frame response, int sent, List<Ticket> writes) {
        /** Leaves no answer for the next check. */
        void end(KvmPeer kvm) {
            talk.wire().close();
            writes.forEach(kvm::await);
        }
    }

    private static Blocked block(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame command = talk.wire().expect(Dialect.TAGGED.command());
        Frame response = Dialect.TAGGED.response(command, 9);
        for (int round = 0; round < ROUNDS; round++) {
            List<Ticket> writes = new ArrayList<>();
            for (int i = 0; i < WRITES; i++) {
                writes.add(kvm.ask(Request.posted(KvmSession.MEMORY, i)));
            }
            // One after the other, so that a slow K makes progress.
            if (!writes.stream().allMatch(write -> kvm.isAnsweredWithin(write, BLOCKED))) {
                return new Blocked(talk, read, response, round * WRITES, writes);
            }
        }
        throw new NotSupported("a K whose writes can be made to block");
    }
}
