// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    private static final Charset OF_FILES = Charset.forName(System.getProperty("sun.jnu.encoding"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain/path-1.sock",
                "",
                "two words",
                "it's \"quoted\"",
                "$HOME `id` $(id) \\ ! # * ? ~ ; & | < > { }",
                "-n",
                "a\nb",
                "\n\n",
                "a\tb\\n%s%%'\"$HOME\n",
                "\u001b[31m",
                "-\u0007",
                "\u00e9\u20ac"
            })
    void aShellReadsTheSameWord(String word) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.quoted(word)).start();

        assertArrayEquals(word.getBytes(OF_FILES), shell.getInputStream().readAllBytes(), () -> ShellWord.quoted(word));
        assertTrue(ShellWord.quoted(word).chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')));
    }

    @Test
    void whatNeedsNoQuotesHasNone() {
        assertEquals("failures/SEL-014_x@version-1.json", ShellWord.quoted("failures/SEL-014_x@version-1.json"));
    }
}
