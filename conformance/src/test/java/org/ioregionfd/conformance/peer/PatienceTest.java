// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long the suite waits, before and after the first handshake. */
class PatienceTest {
    @Test
    void isTwentyTimesTheFirstHandshakeWithinBounds() {
        assertEquals(Duration.ofMillis(2000), after(Duration.ofMillis(3)));
        assertEquals(Duration.ofMillis(5000), after(Duration.ofMillis(250)));
        assertEquals(Duration.ofMillis(10_000), after(Duration.ofMillis(900)));
    }

    @Test
    void isWhatTheUserSaysBehindTheFirstHandshake() {
        Patience given = Patience.of(Duration.ofMillis(30));
        assertEquals(Duration.ofSeconds(5), given.answer());

        given.settle(Optional.of(Duration.ofSeconds(1)));
        assertEquals(Duration.ofMillis(30), given.answer());
        assertEquals(Duration.ofSeconds(5), given.firstAnswer());
    }

    @Test
    void isNotShortenedForAUserWhoWaitsLong() {
        Patience given = Patience.of(Duration.ofSeconds(60));

        assertEquals(Duration.ofSeconds(60), given.answer());
        assertEquals(Duration.ofSeconds(60), given.firstAnswer());
    }

    @Test
    void isShortForAPeerThatDidNotAnswer() {
        Patience patience = Patience.calibrated();
        patience.settle(Optional.empty());

        assertEquals(Duration.ofSeconds(2), patience.answer());
    }

    @Test
    void wearsOutWithAPeerThatLeavesAnswersOut() {
        Patience patience = Patience.calibrated();
        patience.settle(Optional.of(Duration.ofMillis(450)));
        assertEquals(Duration.ofSeconds(9), patience.answer());
        patience.lose();
        assertEquals(Duration.ofSeconds(2), patience.answer());
        patience.lose();
        assertEquals(Duration.ofSeconds(2), patience.answer());

        patience.lose();
        assertEquals(Duration.ofMillis(500), patience.answer());
        assertEquals(Duration.ofSeconds(9), patience.full());
        assertEquals(Duration.ofSeconds(9), patience.firstAnswer());
    }

    @Test
    void isAsLongAsTheFirstHandshakeForAPeerThatLeavesManyAnswersOut() {
        assertEquals(Duration.ofMillis(200), afterManyLost(Optional.of(Duration.ofMillis(20))));
        assertEquals(Duration.ofMillis(300), afterManyLost(Optional.of(Duration.ofMillis(300))));
        assertEquals(Duration.ofMillis(500), afterManyLost(Optional.of(Duration.ofMillis(700))));
        assertEquals(Duration.ofMillis(500), afterManyLost(Optional.empty()));
    }

    @Test
    void doesNotWearOutWhereTheUserHasSetIt() {
        Patience given = Patience.of(Duration.ofSeconds(3));
        given.settle(Optional.empty());
        for (int i = 0; i < 10; i++) {
            given.lose();
        }

        assertEquals(Duration.ofSeconds(3), given.answer());
    }

    private static Duration afterManyLost(Optional<Duration> firstHandshake) {
        Patience patience = Patience.calibrated();
        patience.settle(firstHandshake);
        for (int i = 1; i < 6; i++) {
            patience.lose();
        }
        assertEquals(Duration.ofMillis(500), patience.answer());
        patience.lose();
        return patience.answer();
    }

    private static Duration after(Duration firstHandshake) {
        Patience patience = Patience.calibrated();
        patience.settle(Optional.of(firstHandshake));
        return patience.answer();
    }
}
