// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong command line is refused in one line, and nothing is opened. */
class CommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    ""                                                   | a command is missing: serve
                    sreve                                                | Unmatched argument at index 0: 'sreve'; did you mean serve
                    serve                                                | exactly one of --unix PATH, --fd N, --read-fd N with
                    serve --unix a --fd 3                                | exactly one of --unix PATH, --fd N, --read-fd N with
                    serve --unix a --receive b                           | exactly one of --unix PATH, --fd N, --read-fd N with
                    serve --read-fd 3                                    | --read-fd N and --write-fd N go together
                    serve --fd 3 --write-fd 4                            | --read-fd N and --write-fd N go together
                    serve --read-fd 3 --write-fd x                       | 'x' is no number
                    serve --listen-fds                                   | LISTEN_FDS and LISTEN_PID name no descriptor
                    serve --unix @                                       | an abstract name has 1 to 106 bytes
                    serve --unix /a/path/that/is/longer/than/a/socket/can/have/since/the/kernel/holds/no/more/than/a/hundred/and/eight/bytes/of/it | a socket's path has at most 107 bytes
                    serve --unix a --transport udp                       | 'udp' is neither netty nor direct
                    serve --fd -1                                        | '-1' is no file descriptor
                    serve --fd x                                         | 'x' is no number
                    serve --unix a --versions 3                          | '3' is neither 1 nor 2
                    serve --unix a --versions 0                          | '0' is neither 1 nor 2
                    serve --unix a --versions 1,,2                       | '' is no number
                    serve --unix a --features SPEED                      | 'SPEED' is none of POSTED_WRITES
                    serve --unix a --features none --require-features FENCE | required, but not possible
                    serve --unix a --versions 1 --require-features FENCE | required, but not possible
                    serve --unix a --max-inflight 0                      | max_inflight is 1..65535, not 0
                    serve --unix a --policy maybe                        | 'maybe' is none of off, allow, require
                    serve --unix a --layout big-endian                   | 'big-endian' is neither info-word nor byte-fields
                    serve --unix a --device toaster                      | there is no device 'toaster'
                    serve --unix a --grease-seed x                       | 'x' is neither a number nor off
                    serve --unix a --warp                                | Unknown option
                    serve --unix a --layuot info-word                    | ; did you mean --layout
                    help sreve                                           | Unknown subcommand 'sreve'
                    """)
    void refusesInOneLine(String line, String words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code = DeviceMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.isEmpty() ? new String[0] : line.split(" "));

        String message = err.toString();
        assertEquals(2, code);
        assertEquals("", out.toString());
        assertTrue(message.startsWith("ioregionfd-device: ") && message.contains(words), message);
        assertTrue(message.endsWith("; see --help" + System.lineSeparator()), message);
        assertEquals(1, message.lines().count(), message);
    }

    @ParameterizedTest
    @CsvSource({
        "help, Usage: ioregionfd-device ",
        "help serve, Usage: ioregionfd-device serve ",
        "generate-completion, '#!'"
    })
    void helpsAndCompletes(String line, String beginning) {
        StringWriter out = new StringWriter();

        assertEquals(0, DeviceMain.commandLine().setOut(new PrintWriter(out)).execute(line.split(" ")));
        assertTrue(out.toString().startsWith(beginning), out.toString());
    }
}
