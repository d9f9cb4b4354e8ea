// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseText;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Check;
import org.junit.jupiter.api.Test;

/**
 * Every fault against the whole suite of its side: which clauses find which fault, and whether each clause has a fault that proves
 * that its checks can fail. Run by {@code -Dlong=KillMatrix}; the matrix stands in target/kill-matrix.md and .csv then.
 */
class KillMatrix {
    /** Runs wait more than they compute. */
    private static final int AT_A_TIME = 4;

    /** Clauses without a fault that makes their checks fail, by side, and why. */
    private static final Path UNPROVEN = Fault.FAULTS.resolve("unproven.json");

    /** A fault and the findings of a run of the suite. */
    record Row(Fault fault, List<World.Verdict> kills) {
        boolean isKilledByItsClause() {
            return kills.stream().anyMatch(kill -> kill.clauses().contains(fault.clause()));
        }
    }

    @Test
    void everyFaultIsKilledByItsClauseAndEveryClauseKills()
            throws IOException, InterruptedException, ExecutionException {
        List<Row> rows = judgeAll();
        SortedSet<String> unproven = new TreeSet<>();
        SortedSet<String> proven = new TreeSet<>();
        for (Sender side : Sender.values()) {
            for (String clause : bindingAndChecked(side)) {
                (isProven(side, clause, rows) ? proven : unproven).add(side + " " + clause);
            }
        }
        KillReport.write(rows, proven, listed());
        System.out.println(KillReport.summary(rows, proven, unproven));
        assertAll(
                () -> assertEquals(
                        List.of(),
                        rows.stream()
                                .filter(row -> row.fault().equivalent().isEmpty() && !row.isKilledByItsClause())
                                .map(KillMatrix::name)
                                .toList(),
                        "faults that no check of their clause finds"),
                () -> assertEquals(
                        List.of(),
                        rows.stream()
                                .filter(row -> row.fault().equivalent().isPresent() && row.isKilledByItsClause())
                                .map(row -> name(row) + row.kills())
                                .toList(),
                        "faults that are found although they are said to alter nothing"),
                () -> assertEquals(listed().keySet(), unproven, "clauses without a fault, and those listed as such"));
    }

    private static String name(Row row) {
        return row.fault().peer().folder() + "/" + row.fault().name();
    }

    /** Whether the clause has found a fault that breaks it. */
    private static boolean isProven(Sender side, String clause, List<Row> rows) {
        return rows.stream()
                .anyMatch(row ->
                        row.fault().side() == side && row.fault().clause().equals(clause) && row.isKilledByItsClause());
    }

    /** The clauses of level MUST that bind a side and that a check of it cites. */
    private static List<String> bindingAndChecked(Sender side) {
        List<Class<?>> classes = side == Sender.D ? DeviceSuite.classes() : KvmSuite.classes();
        List<String> cited = Check.in(classes).stream()
                .flatMap(check -> check.clauses().stream())
                .toList();
        return ClauseBook.standard().all().stream()
                .filter(clause -> clause.level() == ClauseText.Level.MUST && clause.binds(side))
                .map(ClauseText::id)
                .filter(cited::contains)
                .toList();
    }

    /** The list of unproven clauses with their reasons, in the order of the file, as {@code D CHN-008}. */
    private static Map<String, String> listed() throws IOException {
        try (Reader in = Files.newBufferedReader(UNPROVEN)) {
            return new TreeMap<>(new Gson().fromJson(in, new TypeToken<Map<String, String>>() {}));
        }
    }

    private static List<Row> judgeAll() throws IOException, InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Future<Row>> running = new ArrayList<>();
            for (Fault fault : Fault.all()) {
                // A process that dies is started again and again: its checks would take minutes.
                if (fault.as() == Fault.As.USUAL) {
                    running.add(pool.submit(() -> judge(fault)));
                }
            }
            List<Row> rows = new ArrayList<>();
            for (Future<Row> row : running) {
                rows.add(row.get());
            }
            return rows;
        } finally {
            pool.shutdownNow();
        }
    }

    private static Row judge(Fault fault) throws IOException, InterruptedException, ReflectiveOperationException {
        Function<Path, Process> program = FaultyPeer.of(fault);
        Row row = new Row(fault, kills(fault, List.of(), World.SEED, Fault.Run.QUICK, program));
        int runs = fault.equivalent().isPresent() ? 1 : World.OCCASIONS;
        for (long seed = World.SEED; seed < World.SEED + runs && !row.isKilledByItsClause(); seed++) {
            List<World.Verdict> own = kills(fault, List.of(fault.clause()), seed, fault.run(), program);
            row = new Row(
                    fault,
                    Stream.concat(row.kills().stream(), own.stream()).distinct().toList());
        }
        return row;
    }

    private static List<World.Verdict> kills(
            Fault fault, List<String> only, long seed, Fault.Run run, Function<Path, Process> program)
            throws ReflectiveOperationException {
        return World.judge(new World.Run(
                        fault.peer().role(),
                        only,
                        seed,
                        World.answerWithinMillis(run),
                        run.name(),
                        World.ALL_FAILURES,
                        program))
                .stream()
                .filter(World.Verdict::isKill)
                .toList();
    }
}
