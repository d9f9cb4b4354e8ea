// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults.world;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.Runner.SuiteFault;
import org.ioregionfd.conformance.run.Subject;
import org.ioregionfd.conformance.run.Trials.Trial;
import org.ioregionfd.conformance.run.Trials.Watcher;

/**
 * One run of the suite. Its arguments and results are of types that all class loaders share, so that several can run side by
 * side.
 */
public final class Judge implements BiFunction<Map<String, String>, Function<Path, Process>, List<String>> {
    /** {@code verdict TAB clauses with commas TAB check TAB finding}, a line for each check that ran. */
    @Override
    public List<String> apply(Map<String, String> run, Function<Path, Process> program) {
        Duration answerWithin = Duration.ofMillis(Long.parseLong(value(run, "answerWithinMillis")));
        RunSettings.Effort effort = RunSettings.Effort.valueOf(value(run, "effort"));
        RunSettings settings = new RunSettings(
                new Selection(value(run, "only").lines().toList()),
                new Seed(Long.parseLong(value(run, "seed"))),
                effort,
                effort.tries(),
                0,
                1,
                KnownFailures.NONE,
                Integer.parseInt(value(run, "maxFailures")));
        try (RunResources resources = RunResources.create()) {
            Subject subject = value(run, "role").equals("device")
                    ? DeviceSuite.started("device", "device", program::apply, resources, Patience.of(answerWithin))
                    : KvmSuite.started("KVM side", "kvm", program::apply, resources, Patience.of(answerWithin));
            List<Check> checks = settings.of(Check.in(subject.checkClasses()));
            return new Trial(subject, checks, ClauseBook.standard(), settings, Watcher.NONE)
                    .run().results().stream().map(Judge::line).toList();
        } catch (NotAttached e) {
            return List.of("not attached\t-\t-\t" + e.getMessage());
        } catch (SuiteFault e) {
            throw new IllegalStateException(e);
        }
    }

    private static String value(Map<String, String> run, String key) {
        return run.getOrDefault(key, "");
    }

    private static String line(Result result) {
        String finding = result.finding()
                .map(found -> "expected " + found.expected() + "; seen " + found.seen())
                .orElse(result.reason());
        return String.join(
                "\t",
                result.verdict().text(),
                String.join(",", result.check().clauses()),
                result.check().name(),
                finding.replaceAll("\\s+", " "));
    }
}
