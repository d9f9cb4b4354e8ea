// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerCommandTest {

    @Test
    void splitsWordsAsAShellDoes() {
        assertAll(
                () -> assertEquals(List.of("a", "b", "{socket}"), words("  a b\t{socket} ")),
                () -> assertEquals(List.of("a b", "c'd", "{socket}"), words("'a b' \"c'd\" {socket}")),
                () -> assertEquals(List.of("a b", "", "x{socket}"), words("a\\ b '' x{socket}")),
                () -> assertEquals(List.of("$HOME", "*", "{socket}"), words("$HOME * {socket}")));
    }

    @Test
    void putsTheSocketInEveryPlaceThatNamesIt() {
        assertEquals(
                List.of("d", "--unix=/tmp/s"),
                PeerCommand.parse("d --unix={socket}").with(Path.of("/tmp/s")));
    }

    @Test
    void refusesWhatCannotBeMeant() {
        assertAll(
                () -> assertThrows(IllegalArgumentException.class, () -> PeerCommand.parse("")),
                () -> assertThrows(IllegalArgumentException.class, () -> PeerCommand.parse("device --unix /tmp/s")),
                () -> assertThrows(IllegalArgumentException.class, () -> PeerCommand.parse("device '{socket}")));
    }

    @Test
    void saysThatThereIsNoSuchProgram() {
        PeerCommand command = PeerCommand.parse("no-such-program {socket}");
        IOException fault = assertThrows(IOException.class, () -> command.at(Path.of("/tmp/s")));
        assertEquals("there is no program no-such-program", fault.getMessage());
    }

    private static List<String> words(String text) {
        return PeerCommand.parse(text).words();
    }
}
