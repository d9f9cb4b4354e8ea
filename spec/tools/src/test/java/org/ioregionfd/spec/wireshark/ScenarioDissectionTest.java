// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

/** Whole conversations, with the findings of the dissector in each packet; a packet without an entry has none. */
@EnabledIf(value = Tshark.INSTALLED, disabledReason = Tshark.NOT_INSTALLED)
class ScenarioDissectionTest {
    private static final Scenarios SCENARIOS = new Scenarios();
    private static Dissection dissection;

    @BeforeAll
    static void dissect() {
        HandshakeScenarios.addTo(SCENARIOS);
        ExchangeScenarios.addTo(SCENARIOS);
        dissection = Dissection.of(
                SCENARIOS.capture(),
                List.of("state", "request_in", "response_in", "detail", "detail.text", "digest.computed", "time"));
    }

    @TestFactory
    Stream<DynamicTest> finds() {
        return SCENARIOS.conversations().entrySet().stream()
                .map(named ->
                        DynamicTest.dynamicTest(named.getKey(), () -> dissection.assertFindings(named.getValue())));
    }

    @Test
    void matchesResponsesByTagWhateverTheirOrder() {
        int first = SCENARIOS.firstPacket("responses out of order, with a FENCE and a posted WRITE");
        Map<Integer, Integer> answers = Map.of(8, 6, 9, 5, 11, 10);
        answers.forEach((answer, command) -> {
            assertEquals(first + command - 1, dissection.number(first + answer - 1, "request_in"));
            assertEquals(first + answer - 1, dissection.number(first + command - 1, "response_in"));
        });
        assertEquals(List.of(), dissection.values(first + 6, "response_in"), "a posted WRITE");
        assertEquals(List.of("0.004000000"), dissection.values(first + 8, "time"));
    }

    @Test
    void matchesResponsesOfVersion0InOrder() {
        int first = SCENARIOS.firstPacket("legacy peers, byte-fields");
        assertEquals(first, dissection.number(first + 1, "request_in"));
        assertEquals(first + 3, dissection.number(first + 4, "request_in"));
        assertEquals(List.of(), dissection.values(first + 2, "response_in"), "a posted WRITE");
    }

    @Test
    void saysInWhichStateAFrameCame() {
        int first = SCENARIOS.firstPacket("no marker: K goes to Legacy");
        assertEquals(List.of("Unnegotiated"), dissection.values(first, "state"));
        assertEquals(List.of("HelloSent"), dissection.values(first + 1, "state"));
        assertEquals(List.of("Legacy"), dissection.values(first + 2, "state"));
        int last = SCENARIOS.lastPacket("a tag that nobody waits for");
        assertEquals(List.of("Open"), dissection.values(last - 1, "state"));
        assertEquals(List.of("Failed"), dissection.values(last, "state"));
    }

    @Test
    void decodesDetails() {
        assertEquals(List.of("OUT_OF_ORDER grease 48"), detailOf("a feature that is grease"));
        assertEquals(List.of("kind 7, KEPT_7"), detailOf("a marked frame of another kind"));
        assertEquals(List.of("versions 1 2 grease 25"), detailOf("no common version"));
        assertEquals(List.of("window, version, features FENCE unknown 30"), detailOf("a pin that cannot be had"));
        assertEquals(List.of("versions unknown 3 10 23"), detailOf("no common version, and many of the device's"));
        assertEquals(
                List.of("POSTED_WRITES unknown 31 unknown experimental 32 grease 48 kept 63"),
                detailOf("features of every sort are missing"));
        assertEquals(List.of("0x7"), detailOf("an unknown reason"));
        assertEquals(List.of("version 2"), detailOf("a version that the OFFER does not list"));
        assertEquals(List.of("max_inflight 64"), detailOf("a window that is too large"));
    }

    private static List<String> detailOf(String name) {
        return dissection.values(SCENARIOS.lastPacket(name), "detail.text");
    }
}
