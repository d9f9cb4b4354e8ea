// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Locale;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
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
    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT);
        List<FileInputStream> held = StandardOutput.holdClosed();
        try {
            System.exit(run(args));
        } finally {
            Reference.reachabilityFence(held);
        }
    }

    private static int run(String... args) {
        StandardOutput out = new StandardOutput(FileDescriptor.out);
        StandardOutput err = new StandardOutput(FileDescriptor.err);
        PrintWriter told = err.lineWriter();
        Optional<String> fault = GivenArguments.fault(args);
        int code = fault.isPresent() ? usage(told, fault.get()) : run(out.writer(), told, args);
        out.failure().ifPresent(e -> told.println("conformance: standard output cannot be written: " + e.getMessage()));
        boolean isAllWritten = out.failure().isEmpty() && err.failure().isEmpty();
        return code == 0 && !isAllWritten ? ExitCode.SUITE_FAULT.number() : code;
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
                .registerConverter(Long.class, ConformanceMain::number)
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

    private static Long number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is no number, or too large");
        }
    }

    /** What the user may have meant by an option or a command that is none. */
    private static String meant(ParameterException fault) {
        if (!(fault instanceof UnmatchedArgumentException unknown)) {
            return "";
        }
        String word = unknown.getUnmatched().get(0).replaceFirst("=.*", "");
        CommandSpec command = fault.getCommandLine().getCommandSpec();
        String near = Nearest.of(
                word,
                word.startsWith("-")
                        ? command.optionsMap().keySet()
                        : command.subcommands().keySet());
        return near.isEmpty() ? "" : "; did you mean " + near + "?";
    }

    private static int usage(PrintWriter err, @Nullable String message) {
        // picocli begins some of its own with a word that says nothing
        err.println("conformance: " + String.valueOf(message).replaceFirst("^Error: ", "") + " (see --help)");
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
