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
            description = "Measure a device side with 1, 10, 100 and 1000 channels, of which up to eight are busy.")
    static final class Scale extends ReferenceCommand {
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
            String title = "many channels, device started by --exec";
            return device.isEmpty()
                    ? bench -> forEach(bench, ReferencePeers::scale)
                    : bench -> bench.subjects()
                            .accept(new ScaleBench(bench.schedule())
                                    .run("scale", title, () -> bench.startDevice(device.get())));
        }
    }
}
