// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.ioregionfd.wire.Framing;

/** A program that reports in one line what it could do with its descriptors: 3, and perhaps 4 to write to. */
final class DescriptorProbe {
    private static final int FRAME = 32;
    private static final int FRAMES = 3;

    private DescriptorProbe() {}

    public static void main(String[] arguments) {
        try {
            Waiting waiting = Waiting.valueOf(arguments[1]);
            switch (arguments[0]) {
                case "echo" -> echo(new Descriptor(3), waiting);
                case "echo-pair" -> echo(new DescriptorPair(3, 4), waiting);
                case "serve" -> serve(waiting);
                case "read" -> read(new Descriptor(3), waiting);
                case "read-pair" -> read(new DescriptorPair(3, 4), waiting);
                case "read-all" -> readToTheEnd(waiting);
                case "write-and-read" -> writeAndRead(waiting);
                case "path" -> path(Path.of(arguments[2]), waiting);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }

    /** Writes frames, ends its output, and reads to the end what comes back: records, or how many bytes. */
    private static void echo(Attachment where, Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannel.open(where, waiting)) {
            StringBuilder said = new StringBuilder("wrote");
            ByteBuffer frames = ByteBuffer.allocateDirect(FRAMES * FRAME);
            while (frames.hasRemaining()) {
                append(said, channel.write(frames));
            }
            channel.shutdownOutput();
            System.out.println(said.append(", read").append(readAll(channel)));
        }
    }

    private static String readAll(DirectChannel channel) throws IOException {
        StringBuilder said = new StringBuilder();
        ByteBuffer into = ByteBuffer.allocateDirect(2 * FRAMES * FRAME);
        int length;
        while ((length = channel.read(into)) >= 0) {
            if (channel.framing() == Framing.RECORDS) {
                append(said, length);
            }
        }
        if (channel.framing() == Framing.STREAM) {
            append(said, into.position());
        }
        return said.append(" end").toString();
    }

    /** Sends back what comes from descriptor 3, as it comes. */
    private static void serve(Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannel.open(new Descriptor(3), waiting)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(FRAMES * FRAME);
            while (channel.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
    }

    private static void append(StringBuilder said, int length) {
        if (length != 0) {
            said.append(' ').append(length);
        }
    }

    /** Writes until the peer is gone, and reads the bytes that it left. */
    private static void writeAndRead(Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannel.open(new DescriptorPair(3, 4), waiting)) {
            ByteBuffer frame = ByteBuffer.allocateDirect(FRAME);
            try {
                while (true) {
                    channel.write(frame.clear());
                }
            } catch (IOException e) {
                System.out.println("read" + readAll(channel));
            }
        }
    }

    /** First reads the bytes that are there. */
    private static void read(Attachment where, Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannel.open(where, waiting)) {
            int length;
            do {
                length = channel.read(ByteBuffer.allocateDirect(FRAME + 1));
            } while (length == 0);
            System.out.println((channel.framing() == Framing.RECORDS ? "a record of " : "bytes: ") + length);
        }
    }

    private static void readToTheEnd(Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannel.open(new Descriptor(3), waiting)) {
            System.out.println("read" + readAll(channel));
        }
    }

    private static void path(Path path, Waiting waiting) throws IOException {
        UnixPath where = new UnixPath(path);
        try (DirectListener listener = DirectListener.listen(where, waiting);
                DirectChannel one = DirectChannel.open(where, waiting);
                DirectChannel other = listener.accept()) {
            one.write(ByteBuffer.allocateDirect(FRAME));
            System.out.println("bytes: " + other.read(ByteBuffer.allocateDirect(FRAME)));
        }
    }
}
