// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.run.Runner.SuiteFault;
import org.jspecify.annotations.Nullable;

/**
 * One round of checks, shared among the threads of a run. The thread does not change what a check does: its numbers come from
 * the seed and its own name, and other checks leave the peer as they found it.
 */
final class SideBySide {
    /**
     * jqwik keeps the stored values of all properties in one place for the whole JVM, so properties of all threads take
     * turns.
     */
    private static final ReentrantLock PROPERTIES = new ReentrantLock();

    private final Deque<List<Check>> properties = new ArrayDeque<>();
    private final Deque<List<Check>> examples = new ArrayDeque<>();
    /** What one thread runs behind those that are shared. */
    private final List<List<Check>> later;

    private final int threads;
    private final Launch launch;
    private final Map<Check, Result> results = new ConcurrentHashMap<>();

    /** Runs checks of one kind in this thread, on the peer of one of them. */
    interface Launch {
        Map<Check, Result> run(List<Check> checks, int member) throws NotAttached, SuiteFault;
    }

    /** {@code members} is how many threads there may be. */
    SideBySide(List<Check> checks, int members, Launch launch) {
        this.launch = launch;
        Map<Stage, List<Check>> stages = checks.stream().collect(Collectors.groupingBy(Stage::of));
        List<Check> shared = stages.getOrDefault(Stage.SHARED, List.of());
        this.later = List.of(stages.getOrDefault(Stage.ALONE, List.of()), stages.getOrDefault(Stage.ENDING, List.of()));
        for (List<Check> chunk : members == 1 ? List.of(shared) : byClass(shared)) {
            kinds(chunk).forEach(kind -> (kind.get(0).isProperty() ? properties : examples).addLast(kind));
        }
        this.threads = Math.max(1, Math.min(members, properties.size() + examples.size()));
    }

    /** Runs all and gives one result for each. */
    Map<Check, Result> run() throws NotAttached, SuiteFault {
        if (threads == 1) {
            work(0);
        } else {
            workTogether();
        }
        for (List<Check> stage : later) {
            for (List<Check> kind : kinds(stage)) {
                inTurn(kind, 0);
            }
        }
        return results;
    }

    /** When a check runs; one stage begins when the one before is over. */
    private enum Stage {
        SHARED,
        ALONE,
        ENDING;

        private static Stage of(Check check) {
            return check.isEnding() ? ENDING : check.isAlone() ? ALONE : SHARED;
        }
    }

    private void workTogether() throws NotAttached, SuiteFault {
        List<Callable<Integer>> members = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int member = i;
            members.add(() -> {
                work(member);
                return member;
            });
        }
        Threads.run(threads, members, done -> {});
    }

    /**
     * Takes chunks until none is left: properties if it is their turn, else examples. It waits for its turn only at the end.
     */
    private void work(int member) throws NotAttached, SuiteFault {
        while (true) {
            if (PROPERTIES.tryLock()) {
                try {
                    List<Check> chunk = next(properties);
                    if (!chunk.isEmpty()) {
                        results.putAll(launch.run(chunk, member));
                        continue;
                    }
                } finally {
                    PROPERTIES.unlock();
                }
            }
            List<Check> chunk = next(examples);
            if (chunk.isEmpty()) {
                chunk = next(properties);
            }
            if (chunk.isEmpty()) {
                return;
            }
            inTurn(chunk, member);
        }
    }

    private void inTurn(List<Check> chunk, int member) throws NotAttached, SuiteFault {
        if (!chunk.get(0).isProperty()) {
            results.putAll(launch.run(chunk, member));
            return;
        }
        PROPERTIES.lock();
        try {
            results.putAll(launch.run(chunk, member));
        } finally {
            PROPERTIES.unlock();
        }
    }

    private static List<Check> next(Deque<List<Check>> chunks) {
        synchronized (chunks) {
            return chunks.isEmpty() ? List.of() : chunks.removeFirst();
        }
    }

    /** The properties and the others, where there are any. */
    private static List<List<Check>> kinds(List<Check> checks) {
        return Stream.of(
                        checks.stream().filter(Check::isProperty).toList(),
                        checks.stream().filter(check -> !check.isProperty()).toList())
                .filter(kind -> !kind.isEmpty())
                .toList();
    }

    /** By class, with slow checks first, so that no thread begins them when the other threads are done. */
    private static Collection<List<Check>> byClass(List<Check> checks) {
        return checks.stream()
                .sorted(Comparator.comparing(Check::isSlow).reversed())
                .collect(Collectors.groupingBy(
                        check -> check.type().getName() + check.isSlow(), LinkedHashMap::new, Collectors.toList()))
                .values();
    }

    /** Threads that run checks. They do not keep the program from ending. */
    static final class Threads {
        private Threads() {}

        /**
         * Does all {@code work} in so many threads, and passes the results to {@code done}, in their order and in this
         * thread.
         */
        static <T> void run(int threads, List<Callable<T>> work, Consumer<T> done) throws NotAttached, SuiteFault {
            ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
                Thread thread = new Thread(task, "checks");
                thread.setDaemon(true);
                return thread;
            });
            try {
                List<Future<T>> running = new ArrayList<>();
                work.forEach(each -> running.add(pool.submit(each)));
                for (Future<T> each : running) {
                    done.accept(each.get());
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof NotAttached lost) {
                    throw lost;
                }
                if (e.getCause() instanceof SuiteFault fault) {
                    throw fault;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw SuiteFault.broken("the run was interrupted");
            } finally {
                pool.shutdownNow();
            }
        }
    }

    /** One peer for each thread that runs checks. All except the first are attached when they are needed. */
    static final class Peers {
        private final List<Member> members = new ArrayList<>();

        /** Reaches a peer. */
        interface Attachment {
            UnderTest attach() throws NotAttached;
        }

        /** One peer, which is attached already, and of {@code others}. */
        Peers(UnderTest first, List<Attachment> others) {
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

        /** Why nothing can be judged of a peer that was started like one of these; empty while it can. */
        Optional<String> misfit() {
            return members.stream()
                    .flatMap(Member::attached)
                    .flatMap(peer -> peer.misfit().stream())
                    .findFirst();
        }

        /** What is wrong with the first peer that shows no sign of life. */
        Optional<Violation> lost() {
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
}
