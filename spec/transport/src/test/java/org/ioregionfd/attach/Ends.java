// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;

/** A channel whose two ends are both in this process. */
record Ends(DirectChannel left, DirectChannel right) implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** What a channel can be made of. */
    enum Kind {
        PATH {
            @Override
            Ends open(Path folder, Waiting waiting) throws IOException {
                return connected(new UnixPath(folder.resolve(unique())), waiting);
            }
        },
        NAME {
            @Override
            Ends open(Path folder, Waiting waiting) throws IOException {
                return connected(new AbstractName(unique()), waiting);
            }
        },
        /** An inherited socket that blocks; the other end is a path's. */
        BLOCKING_SOCKET {
            @Override
            Ends open(Path folder, Waiting waiting) throws Exception {
                Path path = folder.resolve(unique());
                try (DirectListener listener = DirectListener.listen(new UnixPath(path), waiting)) {
                    int number = OpenDescriptors.numberOf(
                            "socket:", () -> SocketChannel.open(UnixDomainSocketAddress.of(path)));
                    return new Ends(DirectChannel.open(new Descriptor(number), waiting), listener.accept());
                }
            }
        },
        /** Pipes with O_NONBLOCK. */
        PIPES {
            @Override
            Ends open(Path folder, Waiting waiting) throws IOException {
                FileDescriptor[] there = FileDescriptor.pipe();
                FileDescriptor[] back = FileDescriptor.pipe();
                return new Ends(
                        DirectChannel.open(new DescriptorPair(back[0].intValue(), there[1].intValue()), waiting),
                        DirectChannel.open(new DescriptorPair(there[0].intValue(), back[1].intValue()), waiting));
            }
        },
        /** FIFOs of the file system, which block. */
        BLOCKING_FIFOS {
            @Override
            Ends open(Path folder, Waiting waiting) throws Exception {
                DescriptorPair there = fifo(folder.resolve(unique()));
                DescriptorPair back = fifo(folder.resolve(unique()));
                return new Ends(
                        DirectChannel.open(new DescriptorPair(back.read(), there.write()), waiting),
                        DirectChannel.open(new DescriptorPair(there.read(), back.write()), waiting));
            }
        },
        /** A stream socket that blocks in one direction, and a pipe with O_NONBLOCK in the other. */
        SOCKET_AND_PIPE {
            @Override
            Ends open(Path folder, Waiting waiting) throws Exception {
                UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve(unique()));
                try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    server.bind(address);
                    int out = OpenDescriptors.numberOf("socket:", () -> SocketChannel.open(address));
                    int in = OpenDescriptors.numberOf("socket:", server::accept);
                    FileDescriptor[] back = FileDescriptor.pipe();
                    return new Ends(
                            DirectChannel.open(new DescriptorPair(back[0].intValue(), out), waiting),
                            DirectChannel.open(new DescriptorPair(in, back[1].intValue()), waiting));
                }
            }
        };

        abstract Ends open(Path folder, Waiting waiting) throws Exception;
    }

    static String unique() {
        return "ioregionfd-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
    }

    private static Ends connected(Attachment attachment, Waiting waiting) throws IOException {
        try (DirectListener listener = DirectListener.listen(attachment, waiting)) {
            return new Ends(DirectChannel.open(attachment, waiting), listener.accept());
        }
    }

    /** Both ends of a new FIFO, blocking. */
    static DescriptorPair fifo(Path path) throws Exception {
        int made = new ProcessBuilder("mkfifo", path.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (made != 0) {
            throw new IOException("no mkfifo");
        }
        String target = path.toRealPath().toString();
        // either end alone would wait for the other
        FileChannel both = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new DescriptorPair(
                    OpenDescriptors.numberOf(target, () -> FileChannel.open(path, StandardOpenOption.READ)),
                    OpenDescriptors.numberOf(target, () -> FileChannel.open(path, StandardOpenOption.WRITE)));
        } finally {
            both.close();
        }
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
