// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.direct.DirectDeviceServer;
import org.ioregionfd.device.netty.NettyDeviceServer;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServerOptions;
import org.ioregionfd.output.LastWork;
import org.ioregionfd.trace.PcapngFile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code ioregionfd-device serve}: serves until a signal ends it, or until the given channels have ended. */
final class ServeCommand {
    /** The transport. */
    enum Transport {
        NETTY,
        DIRECT
    }

    private static final String DEVICE = "--device";
    private static final String TRANSPORT = "--transport";
    private static final String BUSY_POLL = "--busy-poll";
    private static final String MAX_CHANNELS = "--max-channels";
    private static final String VERBOSE = "--verbose";
    private static final String STATS = "--stats";
    private static final String TRACE = "--trace";

    private final ParseResult parsed;
    private final Source source;
    private final ChannelLog log;
    private final DeviceOption device;
    private final ServerOptions options;
    private Optional<PcapngFile> trace = Optional.empty();
    private boolean ended;
    private boolean outputIsWhole = true;

    /** Checks the parsed options; a contradiction is a ParameterException. */
    ServeCommand(ParseResult parsed) {
        this.parsed = parsed;
        source = Source.of(parsed);
        // a process that serves one channel reports why it failed; one that serves many does not report its peers'
        // faults
        ChannelLog.Detail silent = source.isOneChannel() ? ChannelLog.Detail.BAD_ENDINGS : ChannelLog.Detail.OWN_FAULTS;
        log = new ChannelLog(
                parsed.commandSpec().commandLine().getErr(),
                parsed.hasMatchedOption(VERBOSE) ? ChannelLog.Detail.ALL : silent);
        device = parsed.matchedOptionValue(DEVICE, DeviceOption.CONFORMANCE);
        options = ServerOptions.serving(device.model())
                .withPolicy(PolicyOptions.policy(parsed))
                .withObserver(log)
                .withChannelsMax(parsed.matchedOptionValue(MAX_CHANNELS, ServerOptions.CHANNELS_MAX_DEFAULT));
    }

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description("Serves a device; prints \"listening PATH\" when it is ready for connections.")
                .footer("", DeviceMain.EXIT_STATUS);
        Source.addTo(spec);
        spec.addOption(PolicyOptions.option(DEVICE, "NAME", DeviceOption.class, DeviceOption::of)
                .description("what to serve: " + DeviceOption.NAMES + " (default: conformance, the device of annex B);"
                        + " the serial port's line is standard input and output")
                .build());
        spec.addOption(PolicyOptions.option(TRANSPORT, "netty|direct", Transport.class, ServeCommand::transport)
                .description("netty: event loops for many channels; direct: a thread for each channel (default: netty;"
                        + " direct if netty cannot serve the channel, and without epoll)")
                .build());
        spec.addOption(flag(
                BUSY_POLL,
                "threads poll and never sleep, one thread less than there are processors: the shortest latency"
                        + " (default transport: direct)"));
        PolicyOptions.addTo(spec);
        spec.addOption(PolicyOptions.option(MAX_CHANNELS, "N", Integer.class, ServeCommand::channels)
                .description("how many channels are served at a time; more are closed at once (default: "
                        + ServerOptions.CHANNELS_MAX_DEFAULT + ")")
                .build());
        spec.addOption(flag(VERBOSE, "log every channel and every negotiation in words on stderr"));
        spec.addOption(OptionSpec.builder(TRACE)
                .paramLabel("FILE")
                .type(Path.class)
                .description("write all bytes of the channels to this pcapng file, for Wireshark")
                .build());
        spec.addOption(flag(STATS, "print counters on stderr at the end"));
        return spec;
    }

    /** Serves until there is nothing left to serve, and returns the exit status. */
    int run() {
        DeviceServer server;
        try {
            server = open();
            start(server);
        } catch (IOException e) {
            log.line(DeviceMain.NAME + ": " + e.getMessage());
            return DeviceMain.EXIT_NO_PEER;
        }
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        source.announcement().ifPresent(line -> {
            out.println(line);
            if (out.checkError()) {
                outputFailed("standard output cannot be written, and nobody reads there: " + line);
            }
        });
        try {
            server.awaitEnd();
        } catch (InterruptedException e) {
            // a signal ended it
            Thread.currentThread().interrupt();
        }
        end(server);
        boolean endedWell = !source.isOneChannel() || log.lastEndedWell();
        return endedWell && outputIsWhole ? DeviceMain.EXIT_DONE : DeviceMain.EXIT_FAILED;
    }

    private DeviceServer open() throws IOException {
        ServerOptions traced = traced();
        return switch (transport(parsed, source)) {
            case NETTY -> openNetty(traced);
            case DIRECT -> DirectDeviceServer.open(traced, waiting());
        };
    }

    /** From here on a signal, such as SIGTERM, makes the program remove its socket and print everything before it ends. */
    private void start(DeviceServer server) throws IOException {
        LastWork.add("shutdown", () -> end(server));
        synchronized (this) {
            if (ended) {
                throw new IOException("ended by a signal during the start");
            }
            try {
                source.serving().on(server);
            } catch (IOException e) {
                ended = true;
                server.close();
                throw e;
            }
        }
    }

    /** Without epoll the default changes to the other transport; an explicit choice does not change. */
    private DeviceServer openNetty(ServerOptions traced) throws IOException {
        try {
            return NettyDeviceServer.open(traced, waiting());
        } catch (IOException e) {
            if (parsed.hasMatchedOption(TRANSPORT)) {
                throw new IOException(e.getMessage() + "; use the transport direct", e);
            }
            log.line(DeviceMain.NAME + ": " + e.getMessage() + "; so the transport is direct");
            return DirectDeviceServer.open(traced, waiting());
        }
    }

    /** Runs once: in this thread at the end, or in the shutdown that a signal began, whichever is first. */
    private synchronized void end(DeviceServer server) {
        if (ended) {
            return;
        }
        ended = true;
        server.close();
        closeTrace();
        device.printed().flatMap(PrintedBytes::end).ifPresent(this::outputFailed);
        if (parsed.hasMatchedOption(STATS)) {
            log.line(server.counters().toString());
        }
    }

    private ServerOptions traced() {
        if (!parsed.hasMatchedOption(TRACE)) {
            return options;
        }
        Path file = parsed.matchedOption(TRACE).getValue();
        PcapngFile created;
        try {
            created = PcapngFile.create(file);
        } catch (IOException e) {
            throw new ParameterException(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
        trace = Optional.of(created);
        return options.withTaps(channel -> created.channel(Math.toIntExact(channel)));
    }

    private void closeTrace() {
        try {
            if (trace.isPresent()) {
                trace.orElseThrow().close();
            }
        } catch (IOException e) {
            outputFailed(String.valueOf(e.getMessage()));
        }
    }

    private void outputFailed(String why) {
        outputIsWhole = false;
        log.line(DeviceMain.NAME + ": " + why);
    }

    private Waiting waiting() {
        return parsed.hasMatchedOption(BUSY_POLL) ? Waiting.BUSY_POLL : Waiting.BLOCK;
    }

    private static Transport transport(ParseResult parsed, Source source) {
        Transport fitting =
                source.needsDirect() || parsed.hasMatchedOption(BUSY_POLL) ? Transport.DIRECT : Transport.NETTY;
        return parsed.matchedOptionValue(TRANSPORT, fitting);
    }

    private static int channels(String text) {
        int channels = PolicyOptions.integer(text);
        if (channels < 1) {
            throw new TypeConversionException("'" + text + "' is less than 1");
        }
        return channels;
    }

    private static Transport transport(String text) {
        return switch (text) {
            case "netty" -> Transport.NETTY;
            case "direct" -> Transport.DIRECT;
            default -> throw new TypeConversionException("'" + text + "' is neither netty nor direct");
        };
    }

    static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }
}
