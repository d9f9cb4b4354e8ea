// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.rules.Sender;

/**
 * Something to be judged: a peer, the side it plays, and the checks for that side.
 *
 * @param kind what is judged, in the words of a summary
 * @param title the peer in a few words, as named by the user
 * @param command what the user types to run checks on this peer again, without options: {@code device --unix P}
 * @param checkClasses the classes that hold the checks
 * @param firstCheck the name of the one of them that stands for the first handshake, where the peer dies in that
 * @param patience how long the suite waits for the peer
 * @param peers gives the peer, each time with its own process or channels; it is not yet attached
 * @param abilities asks an attached peer what it can do
 */
public record Subject(
        Sender side,
        String kind,
        String title,
        String command,
        List<Class<?>> checkClasses,
        String firstCheck,
        Patience patience,
        Supplier<? extends UnderTest> peers,
        Function<UnderTest, Survey> abilities) {
    public Subject {
        checkClasses = List.copyOf(checkClasses);
    }

    /** Reaches the peer, or another instance of it beside the first; starts it if that is the suite's task. */
    public UnderTest attach() throws NotAttached {
        UnderTest peer = peers.get();
        peer.attach();
        return peer;
    }

    /** The abilities of {@code attached}, by its own statement. */
    public Survey survey(UnderTest attached) {
        return abilities.apply(attached);
    }

    /**
     * What a peer can do.
     *
     * @param text one line for the report
     * @param isKnown whether it could be asked at all; where not, nothing is said of what it lacks
     * @param fault why the survey was incomplete, so that checks that were not run say nothing; else empty
     */
    public record Survey(Set<String> abilities, String text, boolean isKnown, Optional<String> fault) {
        /** One of a peer that was asked. */
        public Survey(Set<String> abilities, String text, Optional<String> fault) {
            this(abilities, text, true, fault);
        }

        /** One of a peer that could not be asked, because of {@code why}. */
        public static Survey failed(String why) {
            return new Survey(Set.of(), "what it can do is not known", false, Optional.of(why));
        }
    }
}
