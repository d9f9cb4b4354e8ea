// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.conformance.faults.inner.InnerProcess;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.direct.DirectDeviceServer;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.netty.NettyDeviceServer;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServerOptions;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The reference device as {@code serve} runs it, in this JVM. Its class loader decides which of its classes are faulty. It stands in
 * this package for the options of {@code serve}.
 */
public final class DeviceProgram implements Function<Path, Process> {
    private static final String TRANSPORT = "--transport";

    private final boolean direct;
    private final DevicePolicy policy;

    /** {@code words} are options of {@code serve}: the transport and those of the policy. */
    public DeviceProgram(List<String> words) {
        CommandSpec spec = CommandSpec.create()
                .addOption(OptionSpec.builder(TRANSPORT).type(String.class).build());
        PolicyOptions.addTo(spec);
        ParseResult parsed = new CommandLine(spec).parseArgs(words.toArray(new String[0]));
        direct = parsed.matchedOptionValue(TRANSPORT, "netty").equals("direct");
        policy = PolicyOptions.policy(parsed);
    }

    @Override
    public Process apply(Path socket) {
        ServerOptions options = ServerOptions.serving(ConformanceDevice.MODEL).withPolicy(policy);
        try {
            DeviceServer server =
                    direct ? DirectDeviceServer.open(options, Waiting.BLOCK) : NettyDeviceServer.open(options);
            server.listen(Attachment.ofUnix(socket.toString()));
            return new InnerProcess((in, out) -> server.awaitEnd(), server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
