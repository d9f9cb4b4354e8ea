// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.Status;

/** The accesses of a K that have not ended, and those that have ended only for their callers. */
final class ExpectedAccesses {
    final ArrayDeque<GuestAccess> waiting = new ArrayDeque<>();
    /** In the order of their frames. */
    final List<GuestAccess> outstanding = new ArrayList<>();

    /** Posted WRITEs that are not completely written. */
    private final ArrayDeque<GuestAccess> posted = new ArrayDeque<>();

    private long writtenBytes;
    /** How many of the outstanding or posted accesses have no caller any more. */
    private int abandoned;

    private int thrownAway;

    /** The frame of the last posted WRITE that no later answer vouches for [REC-004], or NEVER. */
    private int unfenced = GuestAccess.NEVER;

    long writtenBytes() {
        return writtenBytes;
    }

    /** How many have not ended for their callers. */
    int open() {
        return waiting.size() + outstanding.size() + posted.size() - abandoned;
    }

    /** Answers to accesses whose callers had gone. */
    int thrownAway() {
        return thrownAway;
    }

    /** Its caller no longer waits; gives the required end of the access. */
    Class<? extends AccessEnd> cancelled(GuestAccess access) {
        access.cancelled = true;
        if (waiting.remove(access)) {
            return AccessEnd.NotSent.class;
        }
        // [FAI-003] its place is kept: no other access gets its response
        Wrong.unless(outstanding.contains(access) || posted.contains(access), () -> access + " is lost");
        abandoned++;
        return AccessEnd.MaybeExecuted.class;
    }

    /** A frame was made for it. */
    void given(GuestAccess access) {
        if (access.wantsResponse()) {
            outstanding.add(access);
        } else {
            posted.add(access);
            unfenced = access.frame;
        }
    }

    void written(int length) {
        writtenBytes += length;
        while (!posted.isEmpty() && isWritten(posted.element().frame)) {
            finish(posted.remove(), new AccessEnd.Done(0, Optional.empty()));
        }
    }

    boolean isWritten(int frame) {
        return writtenBytes >= (frame + 1L) * Octets.LENGTH;
    }

    /** Whether a response may come now: that of the first command, which was written. */
    boolean isFirstWritten() {
        return !outstanding.isEmpty() && isWritten(outstanding.get(0).frame);
    }

    void answered(GuestAccess access, long data, Optional<Status> status, Agreement terms) {
        outstanding.remove(access);
        boolean isVouching =
                !terms.has(Feature.FENCE) || (access.asked.op() == Op.FENCE && status.equals(Optional.of(Status.OK)));
        if (isVouching && access.frame > unfenced) {
            unfenced = GuestAccess.NEVER;
        }
        thrownAway += access.cancelled ? 1 : 0;
        // [ACE-003, V0-003]
        finish(access, new AccessEnd.Done(access.asked.access().cut(data), status));
    }

    /** Whether nothing is under way, and all WRITEs have taken effect as far as K can know [REC-004]. */
    boolean isQuiet() {
        return outstanding.isEmpty() && posted.isEmpty() && waiting.isEmpty() && unfenced == GuestAccess.NEVER;
    }

    /** When the first of the sent accesses reaches its deadline. */
    long nextDeadlineNanos(long policyNanos) {
        return Math.min(earliest(outstanding, policyNanos), earliest(posted, policyNanos));
    }

    /** A loop, because this runs after every step of every world. */
    private static long earliest(Iterable<GuestAccess> accesses, long policyNanos) {
        long earliest = Party.NEVER;
        for (GuestAccess access : accesses) {
            earliest = Math.min(earliest, access.deadlineNanos(policyNanos));
        }
        return earliest;
    }

    /** [FAI-001] */
    void endAll() {
        Stream.concat(outstanding.stream(), posted.stream()).forEach(access -> {
            boolean begun = writtenBytes > (long) access.frame * Octets.LENGTH;
            finish(access, begun ? new AccessEnd.MaybeExecuted("") : new AccessEnd.NotSent(""));
        });
        waiting.forEach(access -> access.due = new AccessEnd.NotSent(""));
        outstanding.clear();
        posted.clear();
        waiting.clear();
    }

    private void finish(GuestAccess access, AccessEnd end) {
        if (access.cancelled) {
            abandoned--;
        } else {
            access.due = end;
        }
    }
}
