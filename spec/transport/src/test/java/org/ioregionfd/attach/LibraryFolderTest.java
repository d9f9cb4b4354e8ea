// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folder Netty's library is run from, and what a user is told who has named a useless one. */
class LibraryFolderTest {
    private static final String CHOSEN = "io.netty.native.workdir";

    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void leaveNothingSet() {
        System.clearProperty(CHOSEN);
        LibraryFolder.beforeUse();
    }

    @Test
    void namesTheFolderThatWillNotDoAndTheProperty() {
        Path none = folder.resolve("none");
        System.setProperty(CHOSEN, none.toString());

        assertEquals(
                Optional.of(CHOSEN + " is " + none + ", which does not exist: there is no epoll without -D" + CHOSEN
                        + "=FOLDER"),
                LibraryFolder.advice());
    }

    @Test
    void looksAtNoFolderBeforeItIsUsedAndChoosesOnce() {
        String usual = System.getProperty("java.io.tmpdir");
        try {
            System.setProperty("java.io.tmpdir", folder.resolve("none").toString());
            LibraryFolder.choose(told::add);
            assertEquals(List.of(), told);
            LibraryFolder.beforeUse();
            LibraryFolder.beforeUse();
        } finally {
            System.setProperty("java.io.tmpdir", usual);
        }

        assertEquals(1, told.size(), told::toString);
        assertEquals(
                "java.io.tmpdir is " + folder.resolve("none")
                        + ", which does not exist: Netty's native library is run from " + System.getProperty(CHOSEN),
                told.get(0));
    }
}
