// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures peers beside a baseline. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {BenchDeviceCommand.class, BenchKvmCommand.class},
        description = "Measure how fast a peer is, beside a baseline that exchanges the same bytes.",
        footer = {
            "",
            "Exit: 0 measured; 1 the peer does not do what is measured, or with --check a goal is missed; 2 usage;",
            "3 peer not attached; 4 fault of the suite."
        })
final class BenchCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                Optional.ofNullable(spec).orElseThrow().commandLine(), "bench needs to know what: device or kvm");
    }
}
