// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.bench.cli.ReferencePeers.Transport;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.measure.Baselines;
import org.ioregionfd.bench.measure.ScaleBench;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command that measures the reference peers, of one transport after the other. */
abstract class ReferenceCommand extends MeasureCommand {
    @Option(
            names = "--transport",
            order = BenchOptions.BEFORE,
            paramLabel = "NAME",
            description = "Only this one of the reference peers: ${COMPLETION-CANDIDATES} (default: both).")
    private Optional<Transport> transport = Optional.empty();

    /** The measurement of the peers of one transport. */
    interface Part {
        Subject run(ReferencePeers peers) throws IOException, NotAttached;
    }

    final void forEach(Bench bench, Part part) throws IOException, NotAttached {
        for (Transport chosen : transport.map(List::of).orElse(List.of(Transport.values()))) {
            bench.subjects().accept(part.run(new ReferencePeers(bench, chosen)));
        }
    }

    /** Measures both reference peers together. */
    @Command(name = "pair", description = "Measure both reference peers together, beside a client and an echo in C.")
    static final class Pair extends ReferenceCommand {
        @Override
        Plan plan() {
            options().requireSleeping();
            return bench -> {
                Baselines<Path> echoes = bench.echo().start(options().waiting());
                forEach(bench, peers -> peers.pair(echoes));
            };
        }
    }

    /** Measures the gain by out-of-order completion. */
    @Command(
            name = "order",
            description = {
                "Measure the gain by out-of-order completion: a register that takes a millisecond beside fast ones,",
                "read by four threads on one channel; in version 1, in version 2 in order, and out of order."
            })
    static final class Order extends ReferenceCommand {
        @Option(
                names = "--exec",
                order = BenchOptions.BEFORE,
                paramLabel = "CMD",
                description = {
                    "A command that starts the driver of another KVM side;",
                    "{socket} in it stands for the path to connect to."
                })
        private Optional<String> exec = Optional.empty();

        @Override
        Plan plan() {
            options().requireSleeping();
            Optional<PeerCommand> driver = exec.map(PeerCommand::parse);
            return bench -> forEach(bench, peers -> peers.order(driver));
        }
    }

    /** Measures a device side with many channels. */
    @Command(
            name = "scale",
            description = "Measure a device side with 1 to 10,000 channels, of which up to eight are busy.")
    static final class Scale extends ReferenceCommand {
        /** With the busy channels alone as their baseline, two numbers are the least. */
        private static final int CHANNELS_MIN = 10;

        @Option(
                names = "--exec",
                order = BenchOptions.BEFORE,
                paramLabel = "CMD",
                description = "A command that starts another device; {socket} in it stands for the path.")
        private Optional<String> exec = Optional.empty();

        @Option(
                names = "--channels",
                order = BenchOptions.BEFORE,
                paramLabel = "N",
                description = "The most channels (default: 10000; 1000 with --exec).")
        private Optional<Integer> channels = Optional.empty();

        @Override
        Plan plan() {
            options().requireSleeping();
            int usual = exec.isPresent() ? ScaleBench.CHANNELS_MAX_OF_ANY : ScaleBench.CHANNELS_MAX;
            int most = (int)
                    UsageError.within("--channels", channels.orElse(usual), CHANNELS_MIN, ScaleBench.CHANNELS_MAX);
            Optional<PeerCommand> device = exec.map(PeerCommand::parse);
            String title = "many channels, device started by --exec";
            return device.isEmpty()
                    ? bench -> forEach(bench, peers -> peers.scale(most))
                    : bench -> bench.subjects()
                            .accept(new ScaleBench(bench.schedule(), most)
                                    .run("scale", title, () -> bench.startDevice(device.get())));
        }
    }

    /** Measures how long programs take to start. */
    @Command(
            name = "start",
            description = {
                "Measure how long a device side takes from its start to its first agreement, and the suite from its start to",
                "its first check, beside a JVM that prints its version. Each round starts each program anew."
            })
    static final class Start extends ReferenceCommand {
        @Option(
                names = "--exec",
                order = BenchOptions.BEFORE,
                paramLabel = "CMD",
                description = "A command that starts another device; {socket} in it stands for the path.")
        private Optional<String> exec = Optional.empty();

        @Override
        Plan plan() {
            options().requireSleeping();
            Optional<PeerCommand> device = exec.map(PeerCommand::parse);
            return device.isEmpty()
                    ? bench -> {
                        forEach(bench, ReferencePeers::start);
                        bench.subjects()
                                .accept(bench.start()
                                        .client(
                                                "start-suite",
                                                "the suite",
                                                PinnedProgram.suite(),
                                                PinnedProgram.jvm()));
                    }
                    : bench -> bench.subjects()
                            .accept(bench.start()
                                    .device("start", "device started by --exec", device.get(), PinnedProgram.jvm()));
        }
    }
}
