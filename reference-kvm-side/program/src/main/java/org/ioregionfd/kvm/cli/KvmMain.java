// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.util.Optional;
import org.ioregionfd.attach.ArgumentBytes;
import org.ioregionfd.attach.LibraryFolder;
import org.ioregionfd.attach.NettySettings;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.output.StandardStreams;
import org.ioregionfd.output.Suggestion;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of {@code ioregionfd-kvm.jar}. */
@Command(
        name = KvmMain.NAME,
        mixinStandardHelpOptions = true,
        description =
                "The KVM side of an ioregionfd channel: negotiates with a device side and accesses its registers.",
        subcommands = {
            ProbeCommand.class,
            AccessCommand.Read.class,
            AccessCommand.Write.class,
            DriverCommand.class,
            HelpCommand.class,
            GenerateCompletion.class
        },
        footer = {"", KvmMain.EXIT_STATUS})
public final class KvmMain {
    /** The end of each command's help. */
    static final String EXIT_STATUS = "Exit status: 0 done, 1 access or negotiation failed, or an output could not be"
            + " written, 2 usage, 3 no peer.";

    static final String NAME = "ioregionfd-kvm";

    private KvmMain() {}

    /** Runs a command and exits with its status. */
    public static void main(String[] args) throws IOException {
        StandardStreams streams = StandardStreams.install();
        // One channel with one command at a time needs no pool of buffers, whose set-up is a large part of the start.
        NettySettings.prefer("io.netty.allocator.type", "unpooled");
        NettySettings.leaveOutDiagnostics();
        Optional<String> fault = ArgumentBytes.fault(args);
        fault.ifPresent(KvmMain::tell);
        LibraryFolder.choose(KvmMain::tell);
        int status = fault.isPresent() ? ExitCode.USAGE.number() : run(streams, args);
        // a user who asked for a value and did not get it must be told
        System.exit(streams.end(NAME, status, ExitCode.FAILED.number()));
    }

    private static void tell(String line) {
        System.err.println(NAME + ": " + line);
    }

    /** Runs a command; the exit status is 0 done, 1 access or negotiation failed, 2 usage, 3 no peer. */
    private static int run(StandardStreams streams, String... args) {
        CommandLine program =
                new CommandLine(new KvmMain()).setOut(streams.out()).setErr(streams.err());
        String version = KvmMain.class.getPackage().getImplementationVersion();
        program.getCommandSpec().version(NAME + " " + (version == null ? "(unpackaged)" : version));
        program.setExpandAtFiles(false); // @NAME is an abstract name
        program.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        program.setParameterExceptionHandler((e, arguments) -> refuse(e));
        program.setExecutionExceptionHandler((e, command, parsed) -> fail(e, command));
        if (args.length == 0) {
            return complain(program.getErr(), "which COMMAND? See --help", ExitCode.USAGE);
        }
        return program.execute(args);
    }

    private static int refuse(ParameterException e) {
        String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return complain(e.getCommandLine().getErr(), first + meant(e), ExitCode.USAGE);
    }

    /** What the user may have meant by an option or a command that is none. */
    private static String meant(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unknown)) {
            return "";
        }
        String word = unknown.getUnmatched().get(0).replaceFirst("=.*", "");
        CommandSpec command = e.getCommandLine().getCommandSpec();
        return Suggestion.of(
                word,
                word.startsWith("-")
                        ? command.optionsMap().keySet()
                        : command.subcommands().keySet());
    }

    private static int fail(Exception e, CommandLine command) {
        if (e instanceof ConfigurationException) {
            return complain(command.getErr(), String.valueOf(e.getMessage()), ExitCode.USAGE);
        }
        if (e instanceof ConnectException) {
            return complain(command.getErr(), String.valueOf(e.getMessage()), ExitCode.NO_PEER);
        }
        if (e instanceof IOException) {
            return complain(command.getErr(), String.valueOf(e.getMessage()), ExitCode.FAILED);
        }
        return complain(command.getErr(), e.toString(), ExitCode.FAILED);
    }

    private static int complain(PrintWriter err, String message, ExitCode exitCode) {
        err.println(NAME + ": " + message.lines().findFirst().orElse(""));
        err.flush();
        return exitCode.number();
    }
}
