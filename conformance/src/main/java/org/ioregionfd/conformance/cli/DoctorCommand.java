// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.checks.device.DeviceDoctor;
import org.ioregionfd.conformance.checks.kvm.KvmDoctor;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.report.RunReport;
import org.ioregionfd.conformance.run.Examination;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds out why a peer cannot be tested. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Find out step by step why a peer cannot be tested, and say how to mend it.",
        footer = {
            "",
            "Exit: 0 all is right; 1 the peer is reached but behaves wrongly; 2 usage; 3 it cannot be reached;",
            "5 it lacks what nearly every check needs."
        })
final class DoctorCommand implements Callable<Integer> {
    /** Longer than any program takes to start. */
    private static final long START_SECONDS_MAX = 600;

    /** What is attached. */
    enum Side {
        device,
        kvm
    }

    @Parameters(arity = "0..1", paramLabel = "device|kvm", description = "What is attached (default: device).")
    private Side side = Side.device;

    @Option(
            names = "--unix",
            paramLabel = "PATH",
            converter = UnixPath.class,
            description = "A device that listens at PATH.")
    private Optional<Path> unix = Optional.empty();

    @Option(
            names = "--exec",
            paramLabel = "CMD",
            description =
                    "A command that starts the device, or the driver; {socket} stands for the path of the socket.")
    private Optional<String> exec = Optional.empty();

    @Option(
            names = "--start-s",
            paramLabel = "N",
            description = "How long a started device may take until it listens (default: ${DEFAULT-VALUE}).")
    private long startSeconds = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (unix.isPresent() == exec.isPresent() || (unix.isPresent() && side == Side.kvm)) {
            throw new ParameterException(
                    spec.commandLine(), "doctor needs --unix PATH, --exec 'CMD with {socket}' or kvm --exec 'CMD'");
        }
        UsageError.within("--start-s", startSeconds, 1, START_SECONDS_MAX);
        PrintWriter out = spec.commandLine().getOut();
        Examination examination = new Examination(line -> {
            out.println(RunReport.plain(line));
            out.flush();
        });
        try (RunResources resources = RunResources.create()) {
            examine(examination, resources);
            out.println("the peer is attached right");
            return ExitCode.CONFORMANT.number();
        } catch (Examination.Ended e) {
            return switch (e.end()) {
                case NOT_REACHED -> ExitCode.NOT_ATTACHED.number();
                case WRONG -> ExitCode.VIOLATED.number();
                case LACKING -> ExitCode.TOO_FEW.number();
            };
        }
    }

    private void examine(Examination examination, RunResources resources) throws Examination.Ended {
        if (side == Side.kvm) {
            new KvmDoctor(examination, PeerCommand.parse(exec.orElseThrow()), resources).examine();
            return;
        }
        DeviceDoctor doctor = new DeviceDoctor(examination, resources, Duration.ofSeconds(startSeconds));
        if (unix.isPresent()) {
            doctor.examine(unix.get());
        } else {
            doctor.examine(PeerCommand.parse(exec.orElseThrow()));
        }
    }
}
