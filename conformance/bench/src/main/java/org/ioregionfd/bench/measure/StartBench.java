// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.figure.Unit;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.ioregionfd.bench.measure.Measure.Column;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.SocketPath;

/**
 * Measures how long a program takes from its start until it has done its first work, beside a JVM that starts, prints its
 * version and ends. Each round starts each program anew.
 *
 * @param paths a new path for each start
 */
public record StartBench(Schedule schedule, Supplier<Path> paths) {
    /** A program that has done nothing by then hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Short beside the start of any program. */
    private static final long LOOK_EVERY_NANOS = 200_000;

    /** A program that is started, and its first work. */
    private interface Work {
        /** Starts it at {@code path} and returns when the first work is done, or throws. */
        void run(Path path) throws IOException;
    }

    /** A device: until it has answered a HELLO and a SELECT. */
    public Subject device(String id, String title, PeerCommand command, PeerCommand jvm)
            throws IOException, NotAttached {
        return run(id, title, "start to first agreement", jvm, path -> {
            try (PeerProcess process = PeerProcess.started(command, path).ignoringOutput()) {
                await(path, process);
            }
        });
    }

    /** A program that connects to a device: until its first frame is there. */
    @SuppressWarnings("try") // the process only has to run until then
    public Subject client(String id, String title, PeerCommand command, PeerCommand jvm)
            throws IOException, NotAttached {
        return run(id, title, "start to first check", jvm, path -> {
            try (FirstFrame first = FirstFrame.listen(path);
                    PeerProcess process = PeerProcess.started(command, path).ignoringOutput()) {
                first.await();
            }
        });
    }

    private Subject run(String id, String title, String label, PeerCommand jvm, Work work)
            throws IOException, NotAttached {
        Samples peer = new Samples();
        Samples baseline = new Samples();
        schedule.rounds(title, round -> {
            baseline.add(List.of(nanosOf(path -> Commands.outputOf(jvm.words()))));
            peer.add(List.of(nanosOf(work)));
        });
        List<Column> columns = List.of(new Column("start", label, Unit.NANOS));
        return new Subject(
                id, title, "a JVM that prints its version", List.of(), peer.figures(columns, baseline), List.of());
    }

    private double nanosOf(Work work) throws IOException {
        Path path = paths.get();
        long start = System.nanoTime();
        schedule.watchdog().watch(PATIENCE, () -> {
            work.run(path);
            return path;
        });
        return System.nanoTime() - start;
    }

    /** Tries until somebody listens, and agrees with it. */
    private static void await(Path path, PeerProcess process) throws IOException {
        SocketPath place = new SocketPath(path);
        while (!place.isListening()) {
            if (!process.isAlive() || Thread.currentThread().isInterrupted()) {
                throw new IOException("it does not listen: " + process.howItEnded());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        PreparedHandshake.learn(path, Waiting.ASLEEP);
    }
}
