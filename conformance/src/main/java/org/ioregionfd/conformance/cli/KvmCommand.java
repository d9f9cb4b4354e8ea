// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.ShellWord;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.ReferencePrograms;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

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
            names = "--reference",
            paramLabel = "OPTIONS",
            description = "The reference KVM side, started with these options of its command driver.")
    private Optional<String> reference = Optional.empty();

    @Option(
            names = "--level",
            paramLabel = "N",
            description =
                    "1: CMD is a test driver (default). 0: it is a program that connects and negotiates by itself, and is"
                            + " judged by that alone.")
    private int level = 1;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() {
        return new CheckRun(options, Effort.FULL)
                .one(KvmSuite.classes(), this::subject)
                .number();
    }

    /** The reference KVM side with these options. */
    static Subject reference(String driverOptions, RunResources resources, RunOptions options) {
        return KvmSuite.started(
                "reference KVM side",
                "kvm --reference " + ShellWord.quoted(driverOptions),
                new ReferencePrograms(resources).kvm(PeerCommand.words("--reference", driverOptions)),
                resources,
                options.patience());
    }

    private Subject subject(RunResources resources) {
        if (reference.isPresent() && exec.isEmpty() && level == 1) {
            return reference(reference.get(), resources, options);
        }
        String text = exec.filter(command -> reference.isEmpty())
                .orElseThrow(() -> new ParameterException(
                        options.line(), "kvm needs --exec 'CMD with {socket}', or --reference and no level"));
        if (level != 0 && level != 1) {
            throw new UsageError("--level is 0 or 1");
        }
        PeerCommand start = PeerCommand.parse(text);
        String operands = "--exec " + ShellWord.quoted(text);
        return level == 0
                ? KvmSuite.withoutDriver("kvm --level 0 " + operands, start, resources, options.patience())
                : KvmSuite.started(
                        "KVM side started by --exec", "kvm " + operands, start, resources, options.patience());
    }
}
