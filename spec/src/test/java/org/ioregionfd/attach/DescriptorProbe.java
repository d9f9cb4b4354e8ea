// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.UnixPath;

/** A program that says in one line what it could do with what it was started with. */
final class DescriptorProbe {
    private static final int FRAME = 32;
    private static final int FRAMES = 3;

    private DescriptorProbe() {}

    public static void main(String[] arguments) {
        try {
            Waiting waiting = Waiting.valueOf(arguments[1]);
            switch (arguments[0]) {
                case "echo" -> echo(waiting);
                case "serve" -> serve(waiting);
                case "read" -> read(waiting);
                case "path" -> path(Path.of(arguments[2]), waiting);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }

    /** Writes frames to descriptor 3, whose other end sends all back, and reads to the end. */
    private static void echo(Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannels.open(new Descriptor(3), waiting)) {
            StringBuilder said = new StringBuilder("wrote");
            ByteBuffer frames = ByteBuffer.allocateDirect(FRAMES * FRAME);
            while (frames.hasRemaining()) {
                append(said, channel.write(frames));
            }
            said.append(", read");
            ByteBuffer into = ByteBuffer.allocateDirect(2 * frames.capacity());
            while (into.position() < frames.capacity()) {
                append(said, channel.read(into));
            }
            channel.shutdownOutput();
            int length;
            do {
                length = channel.read(into);
                append(said, length);
            } while (length >= 0);
            System.out.println(said);
        }
    }

    /** Sends back what comes from descriptor 3, as it comes. */
    private static void serve(Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannels.open(new Descriptor(3), waiting)) {
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

    /** Reads from descriptor 3 what is there first. */
    private static void read(Waiting waiting) throws IOException {
        try (DirectChannel channel = DirectChannels.open(new Descriptor(3), waiting)) {
            int length;
            do {
                length = channel.read(ByteBuffer.allocateDirect(FRAME + 1));
            } while (length == 0);
            System.out.println((channel.keepsRecords() ? "a record of " : "bytes: ") + length);
        }
    }

    private static void path(Path path, Waiting waiting) throws IOException {
        UnixPath where = new UnixPath(path);
        try (DirectListener listener = DirectListener.listen(where, waiting);
                DirectChannel one = DirectChannels.open(where, waiting);
                DirectChannel other = listener.accept()) {
            one.write(ByteBuffer.allocateDirect(FRAME));
            System.out.println("bytes: " + other.read(ByteBuffer.allocateDirect(FRAME)));
        }
    }
}
