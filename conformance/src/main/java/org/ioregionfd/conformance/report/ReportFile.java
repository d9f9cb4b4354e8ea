// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ioregionfd.conformance.FileFault;
import org.ioregionfd.conformance.UsageError;

/** A file that the user wants: its place is checked before the run, and it is never there in part. */
public final class ReportFile {
    /** Longer than a reader takes to start that is started together with the run. */
    private static final Duration READER_WITHIN = Duration.ofSeconds(5);

    private final Path path;
    private final Path target;

    /** Whether the file is made beside its place; anything but a regular file, such as a FIFO, is written itself. */
    private final boolean isReplaced;

    private ReportFile(Path path) throws IOException {
        this.path = path;
        // what a link leads to is replaced, and not the link
        boolean isFile = Files.isRegularFile(path) && !isOpenAlready(path);
        target = isFile ? path.toRealPath() : path.toAbsolutePath();
        isReplaced = isFile || !Files.exists(path);
    }

    /**
     * The file at {@code path}, which is not touched yet.
     *
     * @param option names it
     * @throws UsageError with a line for the user if nothing can be written there
     */
    public static ReportFile at(String option, Path path) {
        try {
            ReportFile file = new ReportFile(path);
            file.check();
            return file;
        } catch (IOException e) {
            throw new UsageError(option + ": " + path + " cannot be written: " + FileFault.why(e), e);
        }
    }

    /** Makes the folder at {@code path} if there is none. UsageError with a line for the user if no file can be made in it. */
    public static Path folder(String option, Path path) {
        try {
            Files.createDirectories(path);
            Files.delete(Files.createTempFile(path, ".", ".new"));
            return path;
        } catch (IOException e) {
            throw new UsageError(option + ": no file can be written in " + path + ": " + FileFault.why(e), e);
        }
    }

    /** Whether one of the two is lost if both are written. */
    boolean replaces(ReportFile other) {
        return isReplaced && target.equals(other.target);
    }

    /** Replaces what is there. IOException with a message for the user. */
    public void write(String text) throws IOException {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same for a file in a folder that was checked. */
    static void write(Path path, byte[] bytes) throws IOException {
        try {
            new ReportFile(path).replace(bytes);
        } catch (IOException e) {
            throw new IOException(path + ": " + FileFault.why(e), e);
        }
    }

    private void replace(byte[] bytes) throws IOException {
        if (!isReplaced) {
            try (OutputStream out = opened(target, READER_WITHIN)) {
                out.write(bytes);
            }
            return;
        }
        try {
            Files.write(beside(), bytes, StandardOpenOption.CREATE_NEW);
            Files.move(beside(), target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside());
        }
    }

    /**
     * What is not replaced, opened for writing. The system waits with a FIFO until somebody opens it for reading; this waits no
     * longer than {@code wait}.
     */
    static OutputStream opened(Path path, Duration wait) throws IOException {
        CompletableFuture<OutputStream> opened = new CompletableFuture<>();
        Thread opening = new Thread(
                () -> {
                    try {
                        opened.complete(Files.newOutputStream(path, StandardOpenOption.APPEND));
                    } catch (IOException e) {
                        opened.completeExceptionally(e);
                    }
                },
                "report-open");
        opening.setDaemon(true);
        opening.start();
        try {
            return opened.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("nobody has opened it for reading within " + wait.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Such as /dev/stdout: a new file in its place would not be what is open. */
    private static boolean isOpenAlready(Path path) throws IOException {
        Path first = Files.isSymbolicLink(path) ? Files.readSymbolicLink(path) : path.toAbsolutePath();
        return first.startsWith("/proc") || first.startsWith("/dev/fd");
    }

    private void check() throws IOException {
        if (isReplaced) {
            Files.createFile(beside());
            Files.delete(beside());
        } else if (Files.isDirectory(target)) {
            throw new IOException("it is a folder");
        } else if (!Files.isWritable(target)) {
            throw new AccessDeniedException(target.toString());
        }
    }

    private Path beside() {
        return target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid());
    }
}
