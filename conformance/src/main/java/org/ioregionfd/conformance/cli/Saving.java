// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.report.FailureFile;
import org.ioregionfd.conformance.report.SavedFailure;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.SubjectRun;

/** Saves each failure of a run where the user wants it. */
final class Saving {
    private final Optional<Path> folder;
    private final int subjects;
    private Optional<String> fault = Optional.empty();

    /** Saves in {@code folder}, if there is one, what goes wrong in a run of so many subjects. */
    Saving(Optional<Path> folder, int subjects) {
        this.folder = folder;
        this.subjects = subjects;
    }

    /** Saves the failures of {@code run} and gives their files. */
    Map<Check, Path> save(SubjectRun run) {
        Map<Check, Path> files = new HashMap<>();
        String prefix = subjects > 1 ? run.subject().title().replaceAll("[^A-Za-z0-9]+", "-") + "-" : "";
        folder.ifPresent(where -> {
            for (Result result : run.results()) {
                result.finding()
                        .ifPresent(finding -> save(where, prefix, failure(run, result, finding))
                                .ifPresent(file -> files.put(result.check(), file)));
            }
        });
        return files;
    }

    /** Why a failure could not be saved; empty if all were. */
    Optional<String> fault() {
        return fault;
    }

    private Optional<Path> save(Path where, String prefix, SavedFailure failure) {
        try {
            return Optional.of(FailureFile.write(where, prefix, failure));
        } catch (IOException e) {
            fault = Optional.of("a failure could not be saved: " + e);
            return Optional.empty();
        }
    }

    private static SavedFailure failure(SubjectRun run, Result result, Result.Finding finding) {
        SavedFailure.Conditions conditions = new SavedFailure.Conditions(
                run.seed().value(),
                run.conditions().answerWithin().toMillis(),
                run.conditions().tries());
        return new SavedFailure(
                Program.version(), run.subject().side(), result.check().name(), conditions, finding);
    }
}
