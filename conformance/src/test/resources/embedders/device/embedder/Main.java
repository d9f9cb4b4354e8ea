// SPDX-License-Identifier: BSD-3-Clause
package embedder;

import io.netty.buffer.Unpooled;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.netty.NettyDeviceServer;
import org.ioregionfd.device.server.ServerOptions;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;

/** Serves a register that holds 42, and reads it over a socket. */
public final class Main {
    public static void main(String[] arguments) throws Exception {
        var options = ServerOptions.serving(DeviceModel.of(7, 8, () -> access -> access.answer(42)));
        try (var server = NettyDeviceServer.open(options)) {
            server.listen(Attachment.ofUnix(arguments[0]));
            var read = Unpooled.buffer(32);
            LegacyCommand.writeRead(read, Layout.INFO_WORD, 3, 7, 0);
            var answer = ByteBuffer.allocate(32);
            try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]))) {
                socket.write(read.nioBuffer());
                socket.read(answer);
            }
            System.out.println(answer.get(0));
        }
    }
}
