// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.bench.measure.ScaleBench;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a device side with many channels. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measure a device side with 1, 10, 100 and 1000 channels, of which up to eight are busy.")
final class BenchScaleCommand implements Callable<Integer> {
    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = "Only this one of the reference peers: ${COMPLETION-CANDIDATES} (default: both).")
    private Optional<ReferenceBench.Transport> transport = Optional.empty();

    @Option(
            names = "--exec",
            paramLabel = "CMD",
            description =
                    "A command that starts another device than the reference's; {socket} in it stands for the path.")
    private Optional<String> exec = Optional.empty();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        options.requireSleeping();
        Optional<PeerCommand> device = exec.map(PeerCommand::parse);
        Benching benching =
                new Benching(options, Optional.ofNullable(spec).orElseThrow().commandLine());
        return benching.run((setting, subjects) -> {
            if (device.isPresent()) {
                subjects.add(new ScaleBench(setting.settings(), setting.progress())
                        .run("scale", "many channels, device started by --exec", () -> setting.start(device.get())));
                return;
            }
            ReferenceBench reference = new ReferenceBench(setting);
            for (ReferenceBench.Transport chosen : ReferenceBench.Transport.of(transport)) {
                subjects.add(reference.scale(chosen));
            }
        });
    }
}
