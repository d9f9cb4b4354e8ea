// SPDX-License-Identifier: BSD-3-Clause
package embedder;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.netty.NettyTransport;

/** Reads a register over a socket, of a device that answers 42 to whatever it is asked. */
public final class Main {
    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[0]);
        Files.deleteIfExists(path);
        var policy = KvmPolicy.builder().policy(Policy.OFF).deadlineNanos(60_000_000_000L).build();
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
                var transport = new NettyTransport();
                var channel = transport.connect(new Attachment.UnixPath(path), policy);
                var device = server.accept()) {
            var read = channel.submit(KvmCommand.read(7, 0, 8));
            device.read(ByteBuffer.allocate(32));
            device.write(ByteBuffer.allocate(32).put(0, (byte) 42));
            System.out.println(read.toCompletableFuture().join().value());
        }
    }
}
