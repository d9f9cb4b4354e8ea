// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ioregionfd.conformance.UsageError;

/** The reports of a run that the user wants as files. */
public final class ReportFiles {
    private final Map<ReportFile, Function<RunReport, String>> texts = new LinkedHashMap<>();

    /**
     * Adds the report {@code text}, if the user wants it at a path.
     *
     * @param option names it
     * @throws UsageError with a line for the user if nothing can be written there, or another report is
     */
    public void add(String option, Optional<Path> path, Function<RunReport, String> text) {
        path.ifPresent(at -> {
            ReportFile file = ReportFile.at(option, at);
            if (texts.keySet().stream().anyMatch(file::replaces)) {
                throw new UsageError(option + ": " + at + " has another report already");
            }
            texts.put(file, text);
        });
    }

    /** Writes them. IOException with a message for the user. */
    public void write(RunReport report) throws IOException {
        for (Map.Entry<ReportFile, Function<RunReport, String>> text : texts.entrySet()) {
            text.getKey().write(text.getValue().apply(report));
        }
    }
}
