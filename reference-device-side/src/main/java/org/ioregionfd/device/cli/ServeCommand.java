// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.netty.DeviceServer;
import org.ioregionfd.device.netty.ServerOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code ioregionfd-device serve}: serves a listening socket until it is told to end, or one inherited socket to its end. */
final class ServeCommand {
    /** What came of it. */
    enum Outcome {
        DONE,
        FAILED,
        NO_PEER
    }

    private static final String UNIX = "--unix";
    private static final String FD = "--fd";
    private static final String DEVICE = "--device";
    private static final String VERBOSE = "--verbose";

    private static final int NO_DESCRIPTOR = -1;

    private final ParseResult parsed;
    private final Optional<Path> listening;
    private final ChannelLog log;
    private final ServerOptions options;

    private ServeCommand(ParseResult parsed) {
        this.parsed = parsed;
        listening = Optional.ofNullable(parsed.matchedOption(UNIX)).map(OptionSpec::getValue);
        log = new ChannelLog(
                parsed.commandSpec().commandLine().getErr(),
                parsed.hasMatchedOption(VERBOSE) ? ChannelLog.Detail.ALL : detailWhereSilent(parsed));
        Supplier<Device> devices = parsed.matchedOptionValue(DEVICE, ConformanceDevice::new);
        options = new ServerOptions(PolicyOptions.policy(parsed), devices, log);
    }

    /** A process that serves one channel says why it failed; one that serves many is not told of its peers' faults. */
    private static ChannelLog.Detail detailWhereSilent(ParseResult parsed) {
        return parsed.hasMatchedOption(FD) ? ChannelLog.Detail.BAD_ENDINGS : ChannelLog.Detail.OWN_FAULTS;
    }

    /** Looks at what was parsed; a contradiction in it is a ParameterException. */
    static ServeCommand of(ParseResult parsed) {
        if (parsed.hasMatchedOption(UNIX) == parsed.hasMatchedOption(FD)) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), "exactly one of --unix PATH and --fd N is needed");
        }
        return new ServeCommand(parsed);
    }

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description(
                        "Serves a device over a Unix socket; prints \"listening PATH\" when it can be connected to."
                                + " Exit: 0 done, 1 failed while serving, 2 wrong usage, 3 nothing to serve.");
        spec.addOption(OptionSpec.builder(UNIX)
                .paramLabel("PATH")
                .type(Path.class)
                .description("listen on this socket")
                .build());
        spec.addOption(PolicyOptions.option(FD, "N", Integer.class, ServeCommand::descriptor)
                .description("serve this inherited socket, stream or SEQPACKET, until it ends")
                .build());
        PolicyOptions.addTo(spec);
        spec.addOption(OptionSpec.builder(DEVICE)
                .paramLabel("NAME")
                .type(Supplier.class)
                .converters(ServeCommand::device)
                .description("what to serve: conformance (default), the device of annex B")
                .build());
        spec.addOption(OptionSpec.builder(VERBOSE)
                .type(boolean.class)
                .arity("0")
                .description("one line on stderr for each negotiation and each channel that ends")
                .build());
        return spec;
    }

    /** Serves, and comes back when there is nothing left to serve. */
    Outcome run() {
        DeviceServer server;
        try {
            server = open();
        } catch (IOException e) {
            log.error(e);
            return Outcome.NO_PEER;
        }
        // On SIGTERM and the like: the socket is removed before the process goes.
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        listening.ifPresent(this::announce);
        server.awaitEnd();
        server.close();
        return listening.isPresent() || log.lastEndedWell() ? Outcome.DONE : Outcome.FAILED;
    }

    private DeviceServer open() throws IOException {
        if (listening.isPresent()) {
            return DeviceServer.listen(listening.orElseThrow(), options);
        }
        return DeviceServer.adopt(parsed.matchedOptionValue(FD, NO_DESCRIPTOR), options);
    }

    private void announce(Path path) {
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        out.println("listening " + path);
        out.flush();
    }

    private static int descriptor(String text) {
        int fd = PolicyOptions.integer(text);
        if (fd < 0) {
            throw new TypeConversionException("'" + text + "' is no file descriptor");
        }
        return fd;
    }

    private static Supplier<Device> device(String name) {
        if (name.equals("conformance")) {
            return ConformanceDevice::new;
        }
        throw new TypeConversionException("there is no device '" + name + "'; there is: conformance");
    }
}
