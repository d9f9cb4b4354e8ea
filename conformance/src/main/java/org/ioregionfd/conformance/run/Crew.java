// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;
import org.jspecify.annotations.Nullable;

/** One peer for each thread that runs checks. All but the first are attached when they are needed. */
final class Crew {
    private final List<Member> members = new ArrayList<>();

    /** Reaches a peer. */
    interface Attachment {
        UnderTest attach() throws NotAttached;
    }

    /** A crew of one, which is attached already, and of {@code others}. */
    Crew(UnderTest first, List<Attachment> others) {
        members.add(new Member(() -> first));
        others.forEach(other -> members.add(new Member(other)));
    }

    int size() {
        return members.size();
    }

    /** The peer of one thread. */
    UnderTest peer(int member) throws NotAttached {
        return members.get(member).peer();
    }

    /** What is wrong with the first peer that gives no sign of life. */
    Optional<String> lost() {
        return members.stream()
                .flatMap(Member::attached)
                .flatMap(peer -> peer.signOfLife().stream())
                .findFirst();
    }

    private static final class Member {
        private final Attachment attachment;
        private @Nullable UnderTest peer;

        Member(Attachment attachment) {
            this.attachment = attachment;
        }

        synchronized UnderTest peer() throws NotAttached {
            if (peer == null) {
                peer = attachment.attach();
            }
            return Objects.requireNonNull(peer);
        }

        synchronized Stream<UnderTest> attached() {
            return Stream.ofNullable(peer);
        }
    }
}
