// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.ioregionfd.kvm.ConfigurationException;

/** Where a record goes: checked before a channel is opened, and never there in part. */
final class RecordFile {
    private final Path path;

    /** What is no regular file cannot be replaced by another file, and is written itself. */
    private final boolean isReplaced;

    private RecordFile(Path place) throws IOException {
        // what a link leads to is replaced, and not the link
        boolean isFile = Files.isRegularFile(place) && !isOpenAlready(place);
        path = isFile ? place.toRealPath() : place.toAbsolutePath();
        isReplaced = isFile || !Files.exists(place);
    }

    /** Throws ConfigurationException if it cannot be written there. */
    static RecordFile at(Path path) {
        try {
            RecordFile file = new RecordFile(path);
            file.check();
            return file;
        } catch (IOException e) {
            throw new ConfigurationException("cannot save a record in " + path + ": " + why(e));
        }
    }

    /** Replaces what is there. */
    void write(String text) throws IOException {
        try {
            replace(text);
        } catch (IOException e) {
            throw new IOException("the record is not saved in " + path + ": " + why(e), e);
        }
    }

    private void replace(String text) throws IOException {
        if (!isReplaced) {
            Files.writeString(path, text, StandardOpenOption.APPEND);
            return;
        }
        try {
            Files.writeString(beside(), text, StandardOpenOption.CREATE_NEW);
            Files.move(beside(), path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside());
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
        } else if (Files.isDirectory(path)) {
            throw new IOException("it is a folder");
        } else if (!Files.isWritable(path)) {
            throw new AccessDeniedException(path.toString());
        }
    }

    private Path beside() {
        return path.resolveSibling("." + Objects.requireNonNull(path.getFileName()) + "."
                + ProcessHandle.current().pid());
    }

    private static String why(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such folder";
        }
        return e instanceof FileSystemException named
                ? String.valueOf(named.getReason())
                : String.valueOf(e.getMessage());
    }
}
