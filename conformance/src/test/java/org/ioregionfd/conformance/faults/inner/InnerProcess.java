// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults.inner;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that runs in this JVM and looks like a process from outside: three pipes, an exit code, and an end on request.
 */
public final class InnerProcess extends Process {
    private static final int FAILED = 1;
    private static final int KILLED = 143;

    private final Pipe input = Pipe.open();
    private final Pipe output = Pipe.open();
    private final Pipe error = Pipe.open();
    private final OutputStream toInput = Channels.newOutputStream(input.sink());
    private final InputStream fromOutput = Channels.newInputStream(output.source());
    private final InputStream fromError = Channels.newInputStream(error.source());
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AutoCloseable end;
    private volatile int exitCode = KILLED;

    /** A program and its arguments. */
    @FunctionalInterface
    public interface Program {
        /** Runs to its end. */
        void run(InputStream in, PrintStream out) throws Exception;
    }

    /** Starts {@code program} in a thread of its own; {@code end} makes it return, whatever it waits for. */
    public InnerProcess(Program program, AutoCloseable end) throws IOException {
        this.end = end;
        Thread thread = new Thread(() -> run(program), "inner-process");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Program program) {
        try (InputStream in = Channels.newInputStream(input.source());
                PrintStream err = print(error);
                PrintStream out = print(output)) {
            exitCode = runTelling(program, in, out, err);
        } catch (IOException e) {
            exitCode = FAILED;
        } finally {
            ended.countDown();
        }
    }

    /** A program whose fault is that it throws ends as a real one does, with a stack trace. */
    @SuppressWarnings("CatchingUnchecked")
    private static int runTelling(Program program, InputStream in, PrintStream out, PrintStream err) {
        try {
            program.run(in, out);
            return 0;
        } catch (Exception | Error e) {
            e.printStackTrace(err);
            return FAILED;
        }
    }

    private static PrintStream print(Pipe pipe) {
        return new PrintStream(Channels.newOutputStream(pipe.sink()), true, StandardCharsets.UTF_8);
    }

    @Override
    public OutputStream getOutputStream() {
        return toInput;
    }

    @Override
    public InputStream getInputStream() {
        return fromOutput;
    }

    @Override
    public InputStream getErrorStream() {
        return fromError;
    }

    @Override
    public int waitFor() throws InterruptedException {
        ended.await();
        return exitCode;
    }

    @Override
    public boolean waitFor(long wait, TimeUnit unit) throws InterruptedException {
        return ended.await(wait, unit);
    }

    @Override
    public int exitValue() {
        if (isAlive()) {
            throw new IllegalThreadStateException("it still runs");
        }
        return exitCode;
    }

    @Override
    public boolean isAlive() {
        return ended.getCount() > 0;
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return Stream.empty();
    }

    @Override
    public void destroy() {
        if (isAlive()) {
            closeQuietly(toInput);
            closeQuietly(end);
        }
        closeQuietly(fromOutput);
        closeQuietly(fromError);
    }

    @Override
    public Process destroyForcibly() {
        destroy();
        ended.countDown();
        return this;
    }

    /** What was faulty may not even close; it is let go then. */
    @SuppressWarnings({"EmptyCatch", "CatchingUnchecked"})
    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // It is abandoned.
        }
    }
}
