// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what out-of-order completion is worth. */
@Command(
        name = "order",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measure what out-of-order completion is worth: a register that takes a millisecond beside fast ones,",
            "read by four threads on one channel; in version 1, in version 2 in order, and out of order."
        })
final class BenchOrderCommand implements Callable<Integer> {
    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = "Only this one of the reference peers: ${COMPLETION-CANDIDATES} (default: both).")
    private Optional<ReferenceBench.Transport> transport = Optional.empty();

    @Option(
            names = "--exec",
            paramLabel = "CMD",
            description = {
                "A command that starts another KVM side's driver than the reference's;",
                "{socket} in it stands for the path to connect to."
            })
    private Optional<String> exec = Optional.empty();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        options.requireSleeping();
        Optional<PeerCommand> driver = exec.map(PeerCommand::parse);
        Benching benching =
                new Benching(options, Optional.ofNullable(spec).orElseThrow().commandLine());
        return benching.run((setting, subjects) -> {
            ReferenceBench reference = new ReferenceBench(setting);
            for (ReferenceBench.Transport chosen : ReferenceBench.Transport.of(transport)) {
                subjects.add(reference.order(chosen, driver));
            }
        });
    }
}
