// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.List;

/** Many worlds, one after the other, until one is wrong. */
final class Simulation {
    private final Tally tally = new Tally();

    Tally tally() {
        return tally;
    }

    /** So many worlds, of the seeds from {@code firstSeed} on. */
    void run(long firstSeed, long worlds) {
        for (long seed = firstSeed; seed < firstSeed + worlds; seed++) {
            run(seed, new Trace(Trace.Wanted.NO));
        }
    }

    /** One world, with its full trace. */
    List<String> replay(long seed) {
        Trace trace = new Trace(Trace.Wanted.YES);
        try {
            run(seed, trace);
        } catch (AssertionError wrong) {
            throw new AssertionError(
                    String.join(System.lineSeparator(), trace.lines()) + System.lineSeparator() + wrong.getMessage(),
                    wrong);
        }
        return trace.lines();
    }

    private void run(long seed, Trace trace) {
        try {
            World world = new World(seed, trace);
            world.run();
            world.count(tally);
        } catch (RuntimeException wrong) {
            // A machine that throws is as wrong as one that answers wrongly
            throw new AssertionError("replay with -Dsimulation.seed=" + seed + ": " + wrong, wrong);
        }
    }

    /** Prints what was seen: {@code Simulation FIRST_SEED WORLDS}. */
    public static void main(String[] arguments) {
        Simulation simulation = new Simulation();
        long beginNanos = System.nanoTime();
        simulation.run(Long.parseLong(arguments[0]), Long.parseLong(arguments[1]));
        long seconds = (System.nanoTime() - beginNanos) / 1_000_000_000L;
        System.out.println(simulation.tally() + ", " + seconds + " s, none wrong");
        simulation.tally().counts().forEach((what, count) -> System.out.println(what + ": " + count));
    }
}
