// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;

/**
 * Where the checks of one run take place: hands the peer to them, and stands between them so that one check leaves nothing
 * behind for the next. The test engines create the checks, so they find the stage through the thread that runs them.
 */
public final class Stage {
    private static final ThreadLocal<Stage> CURRENT = new ThreadLocal<>();

    private final UnderTest peer;
    private final RunSettings settings;
    private final Round round;
    private final Set<Check> silent = new HashSet<>();
    private final Optional<String> givenValues;
    private final Map<Check, Sample> samples = new LinkedHashMap<>();
    private final Map<Check, String> obituaries = new LinkedHashMap<>();
    private Optional<Check> last = Optional.empty();
    private Optional<String> lost = Optional.empty();

    /** What the checks are run for. */
    public enum Round {
        /** To find what is wrong, and the smallest case that shows it. */
        FIRST,
        /** To count how often it is. */
        REPEAT
    }

    Stage(UnderTest peer, RunSettings settings, Round round) {
        this(peer, settings, round, Optional.empty());
    }

    /** {@code givenValues}: what each property is given once, as JSON, instead of what it would generate. */
    Stage(UnderTest peer, RunSettings settings, Round round, Optional<String> givenValues) {
        this.peer = peer;
        this.settings = settings;
        this.round = round;
        this.givenValues = givenValues;
    }

    /** The stage of the run that this thread carries out. */
    public static Stage current() {
        return Optional.ofNullable(CURRENT.get())
                .orElseThrow(() -> new IllegalStateException("checks run only by the conformance program"));
    }

    /** Runs {@code checks} on this stage. */
    void carry(Runnable checks) {
        CURRENT.set(this);
        try {
            checks.run();
        } finally {
            CURRENT.remove();
        }
    }

    /** The peer under test. */
    public UnderTest peer() {
        return peer;
    }

    /** What the checks are run for. */
    public Round round() {
        return round;
    }

    /** The checks in which the peer was silent or gone. */
    Set<Check> silent() {
        return silent;
    }

    /** The seed of {@code check}. */
    public long seedOf(Check check) {
        return settings.seed().forCheck(check.name());
    }

    /** How many cases a property tries. */
    public int tries() {
        return settings.tries();
    }

    /** The values that a property is given instead of generated ones; a JSON array. */
    public Optional<String> givenValues() {
        return givenValues;
    }

    /**
     * Before a check, and before each try of a property.
     *
     * @throws PeerLost if the check cannot be run
     */
    public void enter(Check check) {
        if (lost.isEmpty()) {
            try {
                if (!last.equals(Optional.of(check))) {
                    noteDeath();
                    last = Optional.of(check);
                }
                peer.begin(seedOf(check));
            } catch (NotAttached e) {
                lost = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        lost.ifPresent(reason -> {
            throw new PeerLost(reason);
        });
    }

    /** After it. {@code outcome} is what it threw; where it is a failure, tells whether the peer has outlived it. */
    public UnderTest.Life leave(Optional<Throwable> outcome) {
        UnderTest.Life left = outcome.filter(Violation.class::isInstance)
                .map(Violation.class::cast)
                .map(peer::explain)
                .orElse(UnderTest.Life.ALIVE);
        peer.end();
        if (outcome.filter(Stage::peerIsSilent).isPresent()) {
            last.ifPresent(silent::add);
            try {
                peer.revive();
            } catch (NotAttached e) {
                lost = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return left;
    }

    /** The checks in which the peer's process has ended, and how. To be asked when all checks have run. */
    Map<Check, String> obituaries() {
        noteDeath();
        return obituaries;
    }

    /** A process that has just closed its sockets is seen to be dead a little later only, when its check is over. */
    private void noteDeath() {
        peer.obituary().ifPresent(obituary -> last.ifPresent(check -> obituaries.put(check, obituary)));
    }

    /** Whether {@code outcome} is a peer that hangs or is gone, and that it would be idle to ask again. */
    public static boolean peerIsSilent(Throwable outcome) {
        return outcome instanceof Violation violation && violation.kind() != Violation.Kind.WRONG_ANSWER;
    }

    /** Keeps the generated values with which {@code check} failed. */
    public void keepSample(Check check, Sample values) {
        samples.put(check, values);
    }

    /** The values kept for {@code check}, or nothing. */
    Sample sampleOf(Check check) {
        return samples.getOrDefault(check, Sample.NONE);
    }
}
