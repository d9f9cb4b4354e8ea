// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.run.Subject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges a KVM side. */
@Command(
        name = "kvm",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Judge a KVM side through its test driver.")
final class KvmCommand implements Callable<Integer> {
    @Option(
            names = "--exec",
            paramLabel = "CMD",
            description = "A command that starts the driver; {socket} in it stands for the path to connect to.")
    private Optional<String> exec = Optional.empty();

    @Option(
            names = "--level",
            paramLabel = "N",
            description =
                    "1: CMD is a test driver (default). 0: it is a program that connects and negotiates by itself, and is"
                            + " judged by that alone.")
    private int level = 1;

    @Mixin
    private RunOptions options = new RunOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine line = Optional.ofNullable(spec).orElseThrow().commandLine();
        CheckRun judging = new CheckRun(options, line.getOut(), line.getErr());
        if (options.isList()) {
            return judging.list(KvmSuite.classes()).number();
        }
        String text = exec.orElseThrow(() -> new ParameterException(line, "kvm needs --exec 'CMD with {socket}'"));
        if (level != 0 && level != 1) {
            throw new UsageError("--level is 0 or 1");
        }
        try (RunResources resources = RunResources.create()) {
            return judging.judge(List.of(subject(text, resources)), 1, resources)
                    .number();
        }
    }

    private Subject subject(String text, RunResources resources) {
        PeerCommand start = PeerCommand.parse(text);
        String operands = "--exec '" + text.replace("'", "'\\''") + "'";
        return level == 0
                ? KvmSuite.withoutDriver("kvm --level 0 " + operands, start, resources, options.patience())
                : KvmSuite.started(
                        "KVM side started by --exec", "kvm " + operands, start, resources, options.patience());
    }
}
