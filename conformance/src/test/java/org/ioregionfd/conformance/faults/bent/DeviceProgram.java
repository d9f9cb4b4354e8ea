// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults.bent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.direct.DirectDeviceServer;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.netty.NettyDeviceServer;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServerOptions;
import org.ioregionfd.wire.Layout;

/** The reference device as {@code serve} runs it, in this JVM. Its class loader decides which of its classes are bent. */
public final class DeviceProgram implements Function<Path, Process> {
    private final boolean direct;
    private final Layout layout;

    /** {@code words} may name the transport {@code direct} and the layout {@code byte-fields}. */
    public DeviceProgram(List<String> words) {
        direct = words.contains("direct");
        layout = words.contains("byte-fields") ? Layout.BYTE_FIELDS : Layout.INFO_WORD;
    }

    @Override
    public Process apply(Path socket) {
        ServerOptions options =
                ServerOptions.serving(ConformanceDevice.MODEL).withPolicy(DevicePolicy.DEFAULT.withLayout(layout));
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
