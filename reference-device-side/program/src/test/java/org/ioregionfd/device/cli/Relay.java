// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.unix.FileDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.DirectChannel;
import org.ioregionfd.attach.Waiting;

/**
 * The peer of a device that was started with the other end of a channel. Its own end is descriptor 3, and it writes to the
 * one that its argument names. It sends each line of its input, hexadecimal digits, in one call, and shuts down sending at
 * the end of the input. It prints each received piece as it comes, and an empty line for the end.
 */
final class Relay {
    private static final int INPUT = 3;
    private static final int PIECE_MAX = 1 << 20;

    private Relay() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int output = Integer.parseInt(arguments[0]);
        DirectChannel channel = DirectChannel.open(new DescriptorPair(INPUT, output), Waiting.BLOCK);
        Thread receiver = new Thread(() -> receive(channel));
        receiver.start();
        try {
            sendAll(new FileDescriptor(output));
            channel.shutdownOutput();
        } catch (IOException e) {
            // the device has gone; the receiver reports it
            receiver.join();
        }
        receiver.join();
    }

    /** One call is one record, of any length, none included. */
    private static void sendAll(FileDescriptor output) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            byte[] bytes = ByteBufUtil.decodeHexDump(line);
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            int sent = 0;
            do {
                sent += output.write(buffer, sent, bytes.length);
            } while (sent < bytes.length);
        }
    }

    private static void receive(DirectChannel channel) {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_MAX);
        try {
            while (channel.read(piece.clear()) > 0) {
                byte[] bytes = new byte[piece.flip().remaining()];
                piece.get(bytes);
                System.out.println(ByteBufUtil.hexDump(bytes));
            }
        } catch (IOException e) {
            // a connection that is lost ends as well
            System.out.println();
            return;
        }
        System.out.println();
    }
}
