// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.IOException;
import java.util.Optional;
import org.ioregionfd.attach.ArgumentBytes;
import org.ioregionfd.attach.LibraryFolder;
import org.ioregionfd.attach.NettySettings;
import org.ioregionfd.output.StandardStreams;
import org.ioregionfd.output.Suggestion;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of {@code ioregionfd-device.jar}. */
public final class DeviceMain {
    static final String NAME = "ioregionfd-device";

    /** All is well, or the channel has told what went wrong. */
    static final int EXIT_DONE = 0;

    /** The served channel ended, but its peer did not close it; or a part of the output or the trace could not be written. */
    static final int EXIT_FAILED = 1;

    private static final int EXIT_USAGE = 2;

    /** It cannot listen on a socket, or cannot adopt a descriptor. */
    static final int EXIT_NO_PEER = 3;

    /** The end of each command's help. */
    static final String EXIT_STATUS =
            "Exit status: 0 done, 1 failed while serving, or an output could not be written, 2 wrong usage,"
                    + " 3 nothing to serve; if a signal ends it, 128 plus its number.";

    private DeviceMain() {}

    /** Runs a command and ends the process with its status. */
    public static void main(String[] args) throws IOException {
        StandardStreams streams = StandardStreams.install();
        NettySettings.leaveOutDiagnostics();
        SilentLoggers.install();
        Optional<String> fault = ArgumentBytes.fault(args);
        fault.ifPresent(DeviceMain::tell);
        LibraryFolder.choose(DeviceMain::tell);
        int status = fault.isPresent()
                ? EXIT_USAGE
                : commandLine().setOut(streams.out()).setErr(streams.err()).execute(args);
        System.exit(streams.end(NAME, status, EXIT_FAILED));
    }

    private static void tell(String line) {
        System.err.println(NAME + ": " + line);
    }

    static CommandLine commandLine() {
        CommandSpec program = CommandSpec.create()
                .name(NAME)
                .mixinStandardHelpOptions(true)
                .version(NAME + " " + version())
                .addSubcommand("serve", ServeCommand.spec())
                .addSubcommand("help", new CommandLine(new HelpCommand()))
                .addSubcommand("generate-completion", new CommandLine(new GenerateCompletion()));
        program.usageMessage()
                .description(
                        "The device side of an ioregionfd channel: answers commands and negotiates with a KVM side.")
                .footer("", EXIT_STATUS);
        return new CommandLine(program)
                .setExpandAtFiles(false) // @NAME is an abstract name
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExecutionStrategy(DeviceMain::run)
                .setParameterExceptionHandler((e, args) -> refuse(e))
                .setExecutionExceptionHandler((e, line, parsed) -> fail(e, line));
    }

    private static int run(ParseResult parsed) {
        Integer helpRequested = CommandLine.executeHelpRequest(parsed);
        if (helpRequested != null) {
            return helpRequested;
        }
        if (!parsed.hasSubcommand()) {
            throw new ParameterException(parsed.commandSpec().commandLine(), "a command is missing: serve");
        }
        if (parsed.subcommand().commandSpec().userObject() instanceof Runnable other) {
            other.run();
            return 0;
        }
        return new ServeCommand(parsed.subcommand()).run();
    }

    private static int refuse(ParameterException e) {
        e.getCommandLine().getErr().println(NAME + ": " + e.getMessage() + meant(e) + "; see --help");
        return EXIT_USAGE;
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

    /** Always one line: a stack trace does not help a user of the program. */
    private static int fail(Exception e, CommandLine line) {
        line.getErr().println(NAME + ": " + e);
        return EXIT_FAILED;
    }

    /** The jar's version; none if the classes are in a directory. */
    private static String version() {
        String version = DeviceMain.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
