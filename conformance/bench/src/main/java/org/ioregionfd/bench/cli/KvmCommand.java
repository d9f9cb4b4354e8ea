// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.ioregionfd.bench.measure.Baselines;
import org.ioregionfd.bench.measure.FastDevice;
import org.ioregionfd.bench.measure.KvmBench;
import org.ioregionfd.bench.measure.LoadDriver;
import org.ioregionfd.bench.measure.LoadGenerator;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.peer.PeerCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a KVM side. */
@Command(
        name = "kvm",
        description = {
            "Measure a KVM side through its test driver, which must know the op run of annex A.",
            "The suite is the device side, and answers as fast as it can."
        })
final class KvmCommand extends MeasureCommand {
    @Option(
            names = "--exec",
            order = BenchOptions.BEFORE,
            paramLabel = "CMD",
            description = "A command that starts the driver; {socket} in it stands for the path to connect to.")
    private Optional<String> exec = Optional.empty();

    @Override
    Plan plan() {
        PeerCommand command = exec.map(PeerCommand::parse)
                .orElseThrow(() -> new UsageError("bench kvm needs --exec 'CMD with {socket}'"));
        options().requireSleeping();
        return bench -> {
            Path path = bench.resources().socketPath();
            Path beside = bench.resources().socketPath();
            // Two, because each serves one channel at a time, and the driver keeps its channel all the time.
            bench.resources().keep(FastDevice.listen(path));
            bench.resources().keep(FastDevice.listen(beside));
            LoadGenerator client = bench.client(beside);
            Baselines<LoadGenerator> clients =
                    new Baselines<>(bench.echo().clientName() + ", same device side", client, client);
            LoadDriver driver = bench.startDriver(command, path);
            bench.subjects()
                    .accept(new KvmBench(bench.schedule(), clients)
                            .run("kvm", "KVM side started by --exec", driver, Optional.empty()));
        };
    }
}
