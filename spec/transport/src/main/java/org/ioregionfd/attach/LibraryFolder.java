// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * Where Netty unpacks its native library and runs it: java.io.tmpdir, which many hosts mount noexec. Netty does not try again
 * elsewhere, and a library sets no property for its user; so a program chooses the folder before it uses Netty.
 */
public final class LibraryFolder {
    private static final String CHOSEN = "io.netty.native.workdir";
    private static final String USUAL = "java.io.tmpdir";

    private LibraryFolder() {}

    /**
     * Takes another folder if the usual one will not do. A folder that the command line names is left.
     *
     * @return a line for the user, if the usual folder will not do
     */
    public static Optional<String> choose() {
        boolean isChosen = System.getProperty(CHOSEN) != null;
        String property = isChosen ? CHOSEN : USUAL;
        Path folder = Path.of(System.getProperty(property));
        return fault(folder)
                .map(fault -> property + " is " + folder + ", which " + fault + ": "
                        + (isChosen ? Optional.<Path>empty() : another())
                                .map(other -> "Netty's native library is run from " + other)
                                .orElse("there is no epoll without -D" + CHOSEN + "=FOLDER"));
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
