// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.bench.client.FastDevice;
import org.ioregionfd.bench.client.Opening;
import org.ioregionfd.bench.client.Speech;
import org.ioregionfd.bench.host.EchoClient;
import org.ioregionfd.bench.measure.KvmBench;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a KVM side. */
@Command(
        name = "kvm",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measure a KVM side through its test driver, which has to know the op run of annex A.",
            "The suite is the device side, and answers as fast as it can."
        })
final class BenchKvmCommand implements Callable<Integer> {
    /** What the baseline's client sends: READs of the highest version, as a KVM side does. */
    static final Speech READS = Speech.reading(Opening.READ, 2, 0);

    @Option(
            names = "--exec",
            paramLabel = "CMD",
            description = "A command that starts the driver; {socket} in it stands for the path to connect to.")
    private Optional<String> exec = Optional.empty();

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandLine line = Optional.ofNullable(spec).orElseThrow().commandLine();
        PeerCommand command = exec.map(PeerCommand::parse)
                .orElseThrow(() -> new ParameterException(line, "bench kvm needs --exec 'CMD with {socket}'"));
        options.requireSleeping();
        return new Benching(options, line).run((setting, subjects) -> {
            Path path = setting.resources().socketPath();
            Path beside = setting.resources().socketPath();
            // Two, since each serves one channel at a time, and the driver keeps its own all the time.
            setting.resources().keep(FastDevice.listen(path));
            setting.resources().keep(FastDevice.listen(beside));
            EchoClient client = setting.baseline()
                    .client(beside, READS.echoed(), setting.placement().suite());
            KvmBench.Compared compared =
                    new KvmBench.Compared(setting.baseline().clientName() + ", same device side", client, client);
            subjects.add(new KvmBench(setting.settings(), setting.progress())
                    .run(
                            "kvm",
                            "KVM side started by --exec",
                            setting.startDriver(command, path),
                            Optional.empty(),
                            compared));
        });
    }
}
