// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.ReferencePrograms;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.report.SavedFailure;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Subject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one saved failure again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run a saved failure again.",
            "The generated values that showed the fault come first; if these pass, all that the seed leads to. Needs the",
            "peer: --unix or --exec for a device, --exec for a KVM side."
        },
        footer = {
            "",
            "Exit: 0 it does not fail; 1 it fails; 2 usage, or FILE holds no failure; 3 peer not attached;",
            "4 fault of the suite; 5 it could not be run."
        })
final class ReplayCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What --save-failures has written.")
    private @Nullable Path file;

    @ArgGroup
    private Where where = new Where();

    @Option(
            names = "--bytes",
            description = "Send the recorded bytes to a device, and show its answers beside the recorded ones.")
    private boolean isByBytes;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** One of the two. */
    static final class Where {
        @Option(
                names = "--unix",
                paramLabel = "PATH",
                converter = UnixPath.class,
                description = "A device that listens at PATH.")
        private Optional<Path> unix = Optional.empty();

        @Option(names = "--exec", paramLabel = "CMD", description = "A command that starts the peer, as before.")
        private Optional<String> exec = Optional.empty();

        @Option(
                names = "--reference",
                paramLabel = "OPTIONS",
                description = "The reference peer of that side, started with these options.")
        private Optional<String> reference = Optional.empty();
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        SavedFailure failure = SavedFailure.read(Optional.ofNullable(file).orElseThrow());
        if (isByBytes && failure.side() == Sender.K) {
            throw new UsageError("--bytes is for a device; this failure is of a KVM side");
        }
        try (RunResources resources = RunResources.create()) {
            ReplayRun replaying = new ReplayRun(failure, subject(failure, resources), line);
            return (isByBytes ? replaying.bytes() : replaying.check()).number();
        }
    }

    private Subject subject(SavedFailure failure, RunResources resources) {
        Patience patience = Patience.of(Duration.ofMillis(failure.conditions().timeoutMillis()));
        if (failure.side() == Sender.D && where.unix.isPresent()) {
            return DeviceSuite.listening(where.unix.get(), resources, patience);
        }
        if (where.reference.isPresent() && !KvmSuite.isWithoutDriver(failure.check())) {
            List<String> words = PeerCommand.words("--reference", where.reference.get());
            ReferencePrograms programs = new ReferencePrograms(resources);
            return failure.side() == Sender.D
                    ? DeviceSuite.started("", "", programs.device(words), resources, patience)
                    : KvmSuite.started("", "", programs.kvm(words), resources, patience);
        }
        String text = where.exec.orElseThrow(() -> new UsageError(
                failure.side() == Sender.D
                        ? "replay needs --unix PATH or --exec 'CMD with {socket}'"
                        : "replay of a KVM side needs --exec 'CMD with {socket}'"));
        PeerCommand start = PeerCommand.parse(text);
        if (KvmSuite.isWithoutDriver(failure.check())) {
            return KvmSuite.withoutDriver("", start, resources, patience);
        }
        return failure.side() == Sender.D
                ? DeviceSuite.started("", "", start, resources, patience)
                : KvmSuite.started("", "", start, resources, patience);
    }
}
