// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tables of the model's README, each by the name in its first column.
 *
 * @param actions the rows of the document's tables that each action stands for, separated by semicolons
 * @param promises what is promised
 * @param faults the promise that each wrong rule breaks
 * @param limits the promise that cannot be kept
 */
record ModelReadme(
        Map<String, String> actions,
        Map<String, String> promises,
        Map<String, String> faults,
        Map<String, String> limits) {
    static ModelReadme read() throws IOException {
        List<String> lines = Files.readAllLines(Tlc.MODEL.resolve("README.md"));
        return new ModelReadme(
                table(lines, "## Actions", 2),
                table(lines, "## Promises", 2),
                table(lines, "## Wrong rules", 4),
                table(lines, "## Limits", 3));
    }

    /** First cell and another, counted from 1, of every row of all tables under a heading, code marks left out. */
    private static Map<String, String> table(List<String> lines, String heading, int column) {
        Map<String, String> rows = new TreeMap<>();
        int at = lines.indexOf(heading) + 1;
        if (at == 0) {
            throw new IllegalStateException("the README has no heading " + heading);
        }
        for (; at < lines.size() && !lines.get(at).startsWith("#"); at++) {
            if (lines.get(at).startsWith("| `")) {
                String[] cells = lines.get(at).replace("`", "").split("\\|", -1);
                if (rows.put(cells[1].strip(), cells[column].strip()) != null) {
                    throw new IllegalStateException("twice in the README: " + cells[1]);
                }
            }
        }
        return rows;
    }
}
