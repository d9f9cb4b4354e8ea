// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentBytesTest {
    private static final String FAULT =
            " cannot be kept byte for byte: it is not UTF-8, or the locale (LC_ALL, LANG) is not";

    /** The words of a command line, of which each character is a byte. */
    private static byte[] given(String... words) {
        return (String.join("\0", words) + "\0").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertFault(String fault, byte[] given, String... arguments) {
        assertEquals(Optional.of(fault).filter(text -> !text.isEmpty()), ArgumentBytes.fault(given, arguments));
    }

    @Test
    void takesWhatIsAsItWasGiven() {
        assertFault("", given("java", "-jar", "x.jar"));
        assertFault("", given("java", "Main", "serve", "a?", ""), "serve", "a?", "");
        assertFault("", given("\u00e4/java", "Main", "\u00c3\u00bc"), "\u00fc");
    }

    @Test
    void refusesWhatBecameAnother() {
        assertFault("argument 2" + FAULT, given("java", "Main", "serve", "\u00c3\u00bc"), "serve", "??");
        assertFault("argument 2" + FAULT, given("java", "Main", "serve", "\u00c3\u00bc"), "serve", "\u00c3\u00bc");
        assertFault("argument 1" + FAULT, given("java", "Main", "\u00ff"), "\ufffd");
    }

    /** A launcher may take the arguments from a file, and without /proc there is nothing to compare. */
    @Test
    void judgesByTheArgumentsWhereItCannotCompare() {
        assertFault("", given("java", "@options"), "serve", "--unix", "\u00fc");
        assertFault("argument 3" + FAULT, new byte[0], "serve", "--unix", "\ufffd");
    }
}
