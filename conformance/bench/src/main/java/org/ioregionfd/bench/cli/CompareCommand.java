// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Comparison;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.report.BenchTable;
import org.ioregionfd.bench.report.Measured;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.cli.ExitCode;
import org.ioregionfd.conformance.cli.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two runs that were written with --report-json. Measures nothing. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Compare two runs that were written with --report-json: for each figure of both the later one over the",
            "earlier one, and the least and the most that the middle halves of the rounds allow."
        })
final class CompareCommand implements Subcommand {
    @Parameters(index = "0", paramLabel = "OLD.json", description = "The earlier run.")
    private Path old = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW.json", description = "The later run.")
    private Path now = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        BenchRun before = read(old);
        BenchRun after = read(now);
        BenchTable table = new BenchTable(spec.commandLine().getOut());
        for (Subject subject : after.subjects()) {
            List<Comparison> figures = before.subjects().stream()
                    .filter(other -> other.id().equals(subject.id()))
                    .flatMap(other -> comparisons(other, subject).stream())
                    .toList();
            table.comparison(subject.title(), figures);
        }
        return ExitCode.CONFORMANT.number();
    }

    private static List<Comparison> comparisons(Subject before, Subject after) {
        return after.figures().stream()
                .flatMap(figure -> before.figures().stream()
                        .filter(other -> other.id().equals(figure.id()))
                        .map(other -> new Comparison(other, figure)))
                .toList();
    }

    private static BenchRun read(Path file) {
        Optional<String> fault;
        try {
            return Measured.of(Files.readString(file));
        } catch (IOException e) {
            fault = Optional.of("cannot be read");
        } catch (JsonParseException | IllegalStateException | NoSuchElementException | NullPointerException e) {
            fault = Optional.of("is no report of the bench");
        }
        throw new UsageError(file + " " + fault.orElseThrow());
    }
}
