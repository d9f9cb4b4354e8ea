// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where Netty unpacks its native library and runs it: java.io.tmpdir, which many hosts mount noexec. Netty does not try again
 * elsewhere, and a library sets no property for its user; so a program chooses the folder when it first uses Netty.
 */
public final class LibraryFolder {
    private static final String CHOSEN = "io.netty.native.workdir";
    private static final String USUAL = "java.io.tmpdir";

    /** Who is told when another folder is taken; empty in a library, and once that was done. */
    private static Optional<Consumer<String>> user = Optional.empty();

    private LibraryFolder() {}

    /**
     * Takes another folder at the first use of Netty, if the usual one will not do, and gives a line about that to {@code told}. A
     * folder that the command line names is left. For programs.
     */
    public static synchronized void choose(Consumer<String> told) {
        user = Optional.of(told);
    }

    /** Netty is going to be used. */
    static synchronized void beforeUse() {
        Optional<Consumer<String>> told = user;
        user = Optional.empty();
        if (told.isPresent() && System.getProperty(CHOSEN) == null) {
            fault().ifPresent(fault -> another()
                    .ifPresent(other -> told.get().accept(fault + ": Netty's native library is run from " + other)));
        }
    }

    /** Why Netty's library cannot be run from its folder, and what to do; empty if it can. */
    static Optional<String> advice() {
        return fault().map(fault -> fault + ": there is no epoll without -D" + CHOSEN + "=FOLDER");
    }

    private static Optional<String> fault() {
        String property = System.getProperty(CHOSEN) == null ? USUAL : CHOSEN;
        Path folder = Path.of(System.getProperty(property));
        return fault(folder).map(fault -> property + " is " + folder + ", which " + fault);
    }

    private static Optional<Path> another() {
        Optional<Path> other = List.of("/var/tmp", System.getProperty("user.home")).stream()
                .map(Path::of)
                .filter(folder -> fault(folder).isEmpty())
                .findFirst();
        other.ifPresent(folder -> System.setProperty(CHOSEN, folder.toString()));
        return other;
    }

    /** Why no program can be made there and run. */
    private static Optional<String> fault(Path folder) {
        Path probe = folder.resolve("ioregionfd-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        try {
            Files.createFile(probe, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            boolean mayRun = Files.isExecutable(probe);
            Files.delete(probe);
            return mayRun ? Optional.empty() : Optional.of("is mounted noexec");
        } catch (NoSuchFileException e) {
            return Optional.of("does not exist");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of("cannot be written");
        }
    }
}
