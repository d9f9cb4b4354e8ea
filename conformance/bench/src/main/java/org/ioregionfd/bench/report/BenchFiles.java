// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.conformance.report.ReportFile;

/**
 * The reports of a bench that the user wants as files.
 *
 * @param hgrm a folder
 */
public record BenchFiles(Optional<ReportFile> json, Optional<ReportFile> html, Optional<Path> hgrm) {

    /** Writes them. IOException with a message for the user. */
    public void write(BenchRun run) throws IOException {
        if (json.isPresent()) {
            json.get().write(BenchJson.of(run));
        }
        if (html.isPresent()) {
            html.get().write(BenchHtml.of(run));
        }
        if (hgrm.isPresent()) {
            HgrmFiles.write(run, hgrm.get());
        }
    }
}
