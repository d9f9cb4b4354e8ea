// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.bench.measure.Echoes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures both reference peers together. */
@Command(
        name = "pair",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measure both reference peers together, beside a client and an echo in C.")
final class BenchPairCommand implements Callable<Integer> {
    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = "Only this one of the reference peers: ${COMPLETION-CANDIDATES} (default: both).")
    private Optional<ReferenceBench.Transport> transport = Optional.empty();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        options.requireSleeping();
        Benching benching =
                new Benching(options, Optional.ofNullable(spec).orElseThrow().commandLine());
        return benching.run((setting, subjects) -> {
            ReferenceBench reference = new ReferenceBench(setting);
            Echoes echoes = Echoes.start(setting.baseline(), setting.settings().waiting());
            for (ReferenceBench.Transport chosen : ReferenceBench.Transport.of(transport)) {
                subjects.add(reference.pair(chosen, echoes));
            }
        });
    }
}
