// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KNOWN = List.of(
            "read",
            "write",
            "probe",
            "generate-completion",
            "--trace",
            "--report-json",
            "--report-junit",
            "--report-html");

    @ParameterizedTest
    @CsvSource({
        "raed, ; did you mean read?",
        "wrte, ; did you mean write?",
        "--report-jsn, ; did you mean --report-json?",
        "--report-juni, ; did you mean --report-junit?",
        "--report-jn, ; did you mean --report-json?",
        "--report, ''",
        "completion, ''",
        "--t, ''",
        "rite, ; did you mean write?",
        "'', ''"
    })
    void namesWhatIsNearAndNothingElse(String word, String question) {
        assertEquals(question, Suggestion.of(word, KNOWN));
    }
}
