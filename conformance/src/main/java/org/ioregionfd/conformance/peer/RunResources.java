// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.ioregionfd.conformance.FileFault;
import org.ioregionfd.conformance.UsageError;

/**
 * A fresh directory for sockets, and everything that must end with the run. All kept resources are closed, and the directory
 * is removed, when this object is closed or a signal ends the JVM. Thread-safe.
 */
public final class RunResources implements AutoCloseable {
    /** Whoever uses no processor for so long is blocked: nobody reads what is printed, or a FIFO that is a report. */
    private static final long STILL_MILLIS = 400;

    /** A busy machine may take some seconds for the reports of a long run. */
    private static final int LOOKS_MAX = 30;

    /** More than a process gets that is to end by itself. With the time above, a signal ends a blocked program within 2 s. */
    private static final long RELEASE_MAX_MILLIS = 750;

    private final Path directory;
    private final List<AutoCloseable> kept = new ArrayList<>();
    private final Thread atExit = new Thread(this::interrupted, "resources-release");
    private Optional<IntSupplier> lastWords = Optional.empty();
    private volatile Optional<Integer> exitCode = Optional.empty();
    private boolean released;
    private int sockets;

    private RunResources(Path directory) {
        this.directory = directory;
    }

    /** A new directory that only the user can enter. UsageError with a line for the user if there is no place for it. */
    public static RunResources create() {
        try {
            RunResources resources = new RunResources(Files.createTempDirectory("ioregionfd-"));
            try {
                Runtime.getRuntime().addShutdownHook(resources.atExit);
            } catch (IllegalStateException e) {
                resources.release();
                throw new UsageError("ended by a signal during the start", e);
            }
            return resources;
        } catch (IOException e) {
            throw new UsageError(
                    "no temporary folder can be made in " + System.getProperty("java.io.tmpdir") + ": "
                            + FileFault.why(e),
                    e);
        }
    }

    /**
     * Prints {@code words} from a shutdown hook if a signal ends the JVM before this is closed. Their result is the exit
     * code. Then all kept resources are closed.
     */
    public synchronized void whenInterrupted(IntSupplier words) {
        lastWords = Optional.of(words);
    }

    private void interrupted() {
        try {
            awaitWhileItWorks(worker(() -> exitCode = lastWords().map(IntSupplier::getAsInt)));
            TimeUnit.MILLISECONDS.timedJoin(worker(this::release), RELEASE_MAX_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exitCode.ifPresent(Runtime.getRuntime()::halt);
    }

    private static void awaitWhileItWorks(Thread worker) throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = -1;
        for (int i = 0; i < LOOKS_MAX && worker.isAlive(); i++) {
            long used = threads.getThreadCpuTime(worker.getId());
            if (used == before) {
                return;
            }
            before = used;
            TimeUnit.MILLISECONDS.timedJoin(worker, STILL_MILLIS);
        }
    }

    /** The JVM does not wait for it. */
    private static Thread worker(Runnable work) {
        Thread worker = new Thread(work, "resources-end");
        worker.setDaemon(true);
        worker.start();
        return worker;
    }

    private synchronized Optional<IntSupplier> lastWords() {
        return lastWords;
    }

    /** An unused path in the directory. */
    public synchronized Path socketPath() {
        return directory.resolve("peer" + ++sockets + ".sock");
    }

    /** A file of that name in the directory. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /** Closes {@code resource} with the run; at once, if the run has ended. */
    public synchronized <T extends AutoCloseable> T keep(T resource) {
        if (released) {
            closeQuietly(resource);
        } else {
            kept.add(resource);
        }
        return resource;
    }

    /** Closes {@code resource} now instead. */
    public synchronized void drop(AutoCloseable resource) {
        kept.remove(resource);
        closeQuietly(resource);
    }

    @Override
    public void close() {
        release();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // The JVM is ending and has called the hook already.
        }
    }

    private synchronized void release() {
        released = true;
        closeAll();
        File[] files = directory.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            deleteQuietly(file);
        }
        deleteQuietly(directory.toFile());
    }

    /** All at the same time, because a process takes a while to end. */
    private void closeAll() {
        List<Thread> closing = new ArrayList<>();
        kept.forEach(resource -> closing.add(new Thread(() -> closeQuietly(resource), "resources-close")));
        kept.clear();
        closing.forEach(Thread::start);
        try {
            for (Thread close : closing) {
                close.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** At the end there is nobody to report to, and the next resource is more important. */
    @SuppressWarnings("EmptyCatch")
    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // Closing was all that could be done.
        }
    }

    private static void deleteQuietly(File file) {
        if (!file.delete()) {
            file.deleteOnExit();
        }
    }
}
