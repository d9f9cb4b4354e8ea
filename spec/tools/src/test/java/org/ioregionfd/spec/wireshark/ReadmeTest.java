// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.spec.SpecFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The README shows what tshark writes, except for the spaces between columns. */
@EnabledIf(value = Tshark.INSTALLED, disabledReason = Tshark.NOT_INSTALLED)
class ReadmeTest {
    private static final Pattern COMMAND =
            Pattern.compile(" {4}\\$ tshark -2 -X lua_script:ioregionfd\\.lua -r samples/(\\S+)(.*)");

    @Test
    void everyCommandGivesTheOutputThatStandsBelowIt() {
        Tshark.assumeVersion("4.0.");
        Map<String, byte[]> samples = Samples.captures();
        List<String> readme = SpecFiles.text("wireshark/README.md").lines().toList();
        int commands = 0;
        for (int i = 0; i < readme.size(); i++) {
            Matcher command = COMMAND.matcher(readme.get(i));
            if (command.matches()) {
                commands++;
                String[] arguments = words(command.group(2)).toArray(String[]::new);
                assertEquals(below(readme, i), lines(Tshark.run(samples.get(command.group(1)), arguments)));
            }
        }
        assertTrue(commands >= 2, "the README shows too little: " + commands);
    }

    private static List<List<String>> below(List<String> readme, int command) {
        List<String> block = new ArrayList<>();
        for (int i = command + 1; readme.get(i).startsWith("    "); i++) {
            block.add(readme.get(i));
        }
        return lines(String.join("\n", block));
    }

    private static List<List<String>> lines(String text) {
        return text.lines()
                .map(line -> words(line).toList())
                .filter(words -> !words.isEmpty())
                .toList();
    }

    private static Stream<String> words(String line) {
        return Arrays.stream(line.split(" +")).filter(word -> !word.isEmpty());
    }
}
