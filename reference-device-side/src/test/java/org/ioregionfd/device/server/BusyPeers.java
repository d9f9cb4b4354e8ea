// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Kvm;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;

/** Peers that negotiate version 2 and then always have a window of READs under way, each on a thread of its own. */
final class BusyPeers implements AutoCloseable {
    private static final int WINDOW = 64;

    private final List<SocketChannel> sockets = new ArrayList<>();
    private final LongAdder commands = new LongAdder();

    private BusyPeers() {}

    static BusyPeers start(int count, Path path) throws IOException {
        BusyPeers peers = new BusyPeers();
        for (int i = 0; i < count; i++) {
            SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
            peers.sockets.add(socket);
            negotiate(UnixPeer.of(socket));
            Thread thread = new Thread(() -> peers.keepBusy(socket), "busy peer " + i);
            thread.setDaemon(true);
            thread.start();
        }
        return peers;
    }

    /** How many were answered so far. */
    long commands() {
        return commands.sum();
    }

    private static void negotiate(UnixPeer peer) throws IOException {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        kvm.remember(Kvm.detached(), peer.send(Kvm.detached()).receive());
        peer.send(kvm.select(2, FeatureSet.ALL, WINDOW)).receive();
    }

    /** To the end of the channel. */
    private void keepBusy(SocketChannel socket) {
        ByteBuf reads = Unpooled.buffer();
        for (int tag = 1; tag <= WINDOW; tag++) {
            reads.writeBytes(Kvm.taggedRead(tag, 4, 1, 0));
        }
        ByteBuffer window = ByteBuffer.allocateDirect(WINDOW * Frame.LENGTH).put(reads.nioBuffer());
        ByteBuffer answers = ByteBuffer.allocateDirect(WINDOW * Frame.LENGTH);
        try {
            while (true) {
                window.rewind();
                while (window.hasRemaining()) {
                    socket.write(window);
                }
                answers.clear();
                while (answers.hasRemaining()) {
                    if (socket.read(answers) < 0) {
                        return;
                    }
                }
                commands.add(WINDOW);
            }
        } catch (IOException closed) {
            // It is over
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel socket : sockets) {
            socket.close();
        }
    }
}
