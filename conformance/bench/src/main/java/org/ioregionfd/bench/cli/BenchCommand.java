// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.util.Optional;
import org.ioregionfd.bench.client.FastChannel.Waiting;
import org.ioregionfd.bench.measure.Echoes;
import org.ioregionfd.conformance.cli.Subcommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures peers beside a baseline; without a command, the reference peers. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            BenchDeviceCommand.class,
            BenchKvmCommand.class,
            BenchPairCommand.class,
            BenchOrderCommand.class,
            BenchScaleCommand.class
        },
        description = {
            "Measure how fast a peer is, beside a baseline that exchanges the same bytes.",
            "Without a command: the reference device side, and both reference peers together; about two minutes."
        },
        footer = {
            "",
            "Exit: 0 measured; 1 the peer does not do what is measured, or with --check a goal is missed; 2 usage;",
            "3 peer not attached; 4 fault of the suite."
        })
public final class BenchCommand implements Subcommand {
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
        Benching benching =
                new Benching(options, Optional.ofNullable(spec).orElseThrow().commandLine());
        return benching.run((setting, subjects) -> {
            ReferenceBench reference = new ReferenceBench(setting);
            Echoes echoes = Echoes.start(setting.baseline(), setting.settings().waiting());
            for (ReferenceBench.Transport chosen : ReferenceBench.Transport.of(transport)) {
                subjects.add(reference.device(chosen, echoes));
            }
            // Of the KVM side no event loop polls, and both sides have no processor left for the suite.
            if (setting.settings().waiting() == Waiting.ASLEEP) {
                for (ReferenceBench.Transport chosen : ReferenceBench.Transport.of(transport)) {
                    subjects.add(reference.pair(chosen, echoes));
                }
            }
        });
    }
}
