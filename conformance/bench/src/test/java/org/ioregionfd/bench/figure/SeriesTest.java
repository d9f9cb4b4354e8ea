package org.ioregionfd.bench.figure;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeriesTest {
    private static final Series FOUR = new Series(List.of(4.0, 1.0, 3.0, 2.0));

    @Test
    void theMedianDoesNotHangOnTheOrder() {
        assertAll(
                () -> assertEquals(2.5, FOUR.median()),
                () -> assertEquals(3.0, FOUR.with(9).median()),
                () -> assertEquals(7.0, new Series(List.of(7.0)).median()));
    }

    @Test
    void quartilesLieBetweenRounds() {
        assertAll(() -> assertEquals(1.75, FOUR.lowerQuartile()), () -> assertEquals(3.25, FOUR.upperQuartile()));
    }

    @Test
    void nothingHasNoMedian() {
        assertTrue(Series.EMPTY.isEmpty());
        assertThrows(IllegalStateException.class, Series.EMPTY::median);
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        assertEquals(List.of(2.0, 0.5), FOUR.over(new Series(List.of(2.0, 2.0))).rounds());
    }

    @Test
    void aFigureComparesRoundByRound() {
        // a machine that was ten times as slow for two of them
        Series peer = new Series(List.of(12.0, 120.0, 130.0));
        Series baseline = new Series(List.of(10.0, 100.0, 100.0));

        assertAll(
                () -> assertEquals(
                        Optional.of(1.2),
                        figure(peer, baseline, Optional.empty()).ratio()),
                () -> assertEquals(
                        Optional.empty(),
                        figure(peer, Series.EMPTY, Optional.empty()).ratio()),
                () -> assertEquals(
                        Optional.empty(),
                        figure(peer, new Series(List.of(0.0)), Optional.empty()).ratio()));
    }

    @Test
    void differencesThatChangeTheirSignHaveNoRatio() {
        Series peer = new Series(List.of(-1.0, 2.0, 3.0));
        Series baseline = new Series(List.of(1.0, -1.0, 2.0));

        assertEquals(Optional.empty(), figure(peer, baseline, Optional.empty()).ratio());
    }

    @Test
    void aGoalIsMetAtItsLimit() {
        Series peer = new Series(List.of(12.0));
        Series baseline = new Series(List.of(10.0));

        assertAll(
                () -> assertEquals(Optional.of(true), met(peer, baseline, Goal.ratioAtMost(1.2))),
                () -> assertEquals(Optional.of(false), met(peer, baseline, Goal.ratioAtMost(1.19))),
                () -> assertEquals(Optional.of(true), met(peer, baseline, Goal.ratioAtLeast(1.2))),
                () -> assertEquals(Optional.of(false), met(peer, baseline, Goal.ratioAtLeast(1.21))),
                () -> assertEquals(Optional.of(false), met(peer, baseline, Goal.valueAtMost(11.9))),
                () -> assertEquals(Optional.empty(), met(peer, Series.EMPTY, Goal.ratioAtMost(1.2))));
    }

    private static Optional<Boolean> met(Series peer, Series baseline, Goal goal) {
        return figure(peer, baseline, Optional.of(goal)).isGoalMet();
    }

    private static Figure figure(Series peer, Series baseline, Optional<Goal> goal) {
        return new Figure("id", "label", Unit.NANOS, peer, baseline, goal);
    }
}
