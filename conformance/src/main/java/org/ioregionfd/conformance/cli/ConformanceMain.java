// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.UsageError;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of {@code ioregionfd-conformance.jar}. */
@Command(
        name = "ioregionfd-conformance",
        mixinStandardHelpOptions = true,
        versionProvider = ConformanceMain.Version.class,
        subcommands = {
            SelfCommand.class,
            DeviceCommand.class,
            KvmCommand.class,
            ReplayCommand.class,
            InteropCommand.class,
            HelpCommand.class,
            GenerateCompletion.class
        },
        sortOptions = false,
        description = "Judges implementations of the ioregionfd handshake from their bytes. Without a command: self.",
        footer = {
            "",
            "Exit: 0 conformant; 1 a MUST violated; 2 usage; 3 peer not attached; 4 fault of the suite;",
            "5 nothing selected, too few checks ran or no Open of version 1 was seen; 6 a known failure passes."
        })
public final class ConformanceMain implements Callable<Integer> {
    @Mixin
    private RunOptions options = new RunOptions();

    private ConformanceMain() {}

    /**
     * Runs the program and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Optional<String> fault = GivenArguments.fault(args);
        System.exit(fault.isPresent() ? usage(err, fault.get()) : run(out, err, args));
    }

    /**
     * Runs the program within this JVM.
     *
     * @return the exit code
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine program = new CommandLine(new ConformanceMain());
        ServiceLoader.load(Subcommand.class).forEach(program::addSubcommand);
        int code = program.addSubcommand(new DoctorCommand())
                .setOut(out)
                .setErr(err)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((fault, arguments) -> usage(err, fault.getMessage() + meant(fault)))
                .setExecutionExceptionHandler((fault, line, parsed) ->
                        fault instanceof UsageError ? usage(err, fault.getMessage()) : broken(err, fault))
                .execute(args);
        out.flush();
        err.flush();
        return code;
    }

    @Override
    public Integer call() throws Exception {
        return SelfCommand.judge(options);
    }

    /** What the user may have meant by an option or a command that is none. */
    private static String meant(ParameterException fault) {
        List<String> near = fault instanceof UnmatchedArgumentException unknown ? unknown.getSuggestions() : List.of();
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    private static int usage(PrintWriter err, @Nullable String message) {
        err.println("conformance: " + message + " (see --help)");
        return ExitCode.USAGE.number();
    }

    private static int broken(PrintWriter err, Exception fault) {
        err.println("conformance: fault of the suite: " + fault);
        return ExitCode.SUITE_FAULT.number();
    }

    /** The version that the jar's manifest states. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ioregionfd-conformance " + Program.version()};
        }
    }
}
