// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenDescriptorsTest {
    private static final long PID = 4711;

    private static List<Descriptor> read(Map<String, String> environment) throws IOException {
        return ListenDescriptors.of(environment, PID);
    }

    @Test
    void countsFromThree() throws IOException {
        assertEquals(
                List.of(new Descriptor(3), new Descriptor(4)), read(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4711")));
    }

    @Test
    void takesWhatHasNames() throws IOException {
        assertEquals(
                List.of(new Descriptor(3), new Descriptor(4), new Descriptor(5)),
                read(Map.of("LISTEN_FDS", "3", "LISTEN_PID", "4711", "LISTEN_FDNAMES", "uart::mailbox")));
    }

    @Test
    void leavesWhatIsMeantForAnotherProcess() throws IOException {
        assertEquals(List.of(), read(Map.of()));
        assertEquals(List.of(), read(Map.of("LISTEN_FDS", "2")));
        assertEquals(List.of(), read(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4712")));
        assertEquals(List.of(), read(Map.of("LISTEN_FDS", "0", "LISTEN_PID", "4711")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    x          | 4711 | ''    | LISTEN_FDS is no number: x
                    -1         | 4711 | ''    | LISTEN_FDS is not within 0 and 1024: -1
                    2000000000 | 4711 | ''    | LISTEN_FDS is not within 0 and 1024: 2000000000
                    1          | ''   | ''    | LISTEN_PID is no number:
                    1          | 4711 | a:b   | LISTEN_FDNAMES has 2 names for 1 descriptors
                    """)
    void refusesWhatMakesNoSense(String count, String pid, String names, String message) {
        Map<String, String> environment = Map.of("LISTEN_FDS", count, "LISTEN_PID", pid, "LISTEN_FDNAMES", names);
        assertEquals(
                message,
                assertThrows(IOException.class, () -> read(environment))
                        .getMessage()
                        .strip());
    }
}
