// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.nio.file.Path;
import org.ioregionfd.bench.measure.Baselines;
import picocli.CommandLine.Command;

/** Measures peers beside a baseline; without a command, the reference peers. */
@Command(
        name = "bench",
        subcommands = {
            DeviceCommand.class,
            KvmCommand.class,
            ReferenceCommand.Pair.class,
            ReferenceCommand.Order.class,
            ReferenceCommand.Scale.class,
            ReferenceCommand.Start.class,
            CompareCommand.class
        },
        description = {
            "Measure how fast a peer is, beside a baseline that exchanges the same bytes.",
            "Without a command: the reference device side, and both reference peers together; about two minutes.",
            "A peer in any language is measured by --exec: device, scale and start take a device, kvm and order a driver."
        },
        footer = {
            "",
            "Exit: 0 measured; 1 the peer does not do what is measured, or with --check a goal is missed; 2 usage;",
            "3 peer not attached; 4 fault of the suite."
        })
public final class BenchCommand extends ReferenceCommand {
    @Override
    Plan plan() {
        return bench -> {
            Baselines<Path> echoes = bench.echo().start(options().waiting());
            forEach(bench, peers -> peers.device(echoes));
            // No event loop of the KVM side polls, and the two sides would leave no processor for the suite.
            if (!bench.isPolling()) {
                forEach(bench, peers -> peers.pair(echoes));
            }
        };
    }
}
