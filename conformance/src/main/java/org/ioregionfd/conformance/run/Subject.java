// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.rules.Sender;

/** Something to be judged: a peer, the side it plays, and the checks for that side. */
public interface Subject {
    /** The side that the peer plays. */
    Sender side();

    /** What is judged, in the words of a summary. */
    default String kind() {
        return side() == Sender.D ? "device" : "KVM side";
    }

    /** The peer in a few words, as the user named it. */
    String title();

    /** What the user types to run checks on this peer again, without options: {@code device --unix P}. */
    String command();

    /** The classes that hold the checks. */
    List<Class<?>> checkClasses();

    /** Reaches the peer; starts it where the suite has to. */
    UnderTest attach() throws NotAttached;

    /** How long the suite waits for the peer; the twins wait as long. */
    Patience patience();

    /** The same peer once more, to be attached beside this one: a process of its own, or channels of its own. */
    Subject twin();

    /** What the attached peer can do, by its own word. */
    Survey survey();

    /**
     * What a peer can do.
     *
     * @param text one line for the report
     * @param fault why the survey could not be made as it should: then checks that were not run say nothing; empty else
     */
    record Survey(Set<String> abilities, String text, Optional<String> fault) {}
}
