// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each legacy device answers as the table of {@code conformance/legacy/README.md} says, byte for byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LegacyDeviceBytesIT {
    private static final int LENGTH = 32;

    /** Of the commands of one line. */
    private static final int LENGTHS_MAX = 8 * LENGTH;

    private static final List<String> KINDS =
            List.of("qemu-multiprocess", "qemu-virtio-mmio", "kvm-unit-tests", "vmsh", "vmsh-test-ioctls");

    private static final HexFormat HEX = HexFormat.of();

    private final Map<String, Listening> devices = new HashMap<>();

    @TempDir
    private static Path folder;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        String program = CProgram.compiled("conformance/legacy/legacy-device.c");
        for (String kind : KINDS) {
            Path socket = folder.resolve(kind);
            devices.put(kind, new Listening(socket, List.of(program, "--kind", kind, "--unix", socket.toString())));
        }
    }

    @AfterAll
    void stop() {
        devices.values().forEach(Listening::close);
    }

    /**
     * Commands, each as its first two bytes, user_data, offset and data, or as all its sent bytes; and the responses up to
     * the end of the stream, which comes when the commands are done: 8 bytes, and 24 more if one of these is not zero.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            qemu-multiprocess | 0113:0:ffc:1122334455667788 0002:0:ffc:0 0003:0:ffc:0 | ffffffffffffffff 88776655ffffffff ffffffffffffffff
            qemu-multiprocess | 0110:1:10:1234 0101:1:11:ffff 0000:1:10:0 0003:0:10:0 | 3412000000000000 34ffffffffffffff 0000000000000000
            qemu-multiprocess | 0200:0:0:0 0000:2:0:0 0004:0:0:0 0000:0:1000:0 00     | ffffffffffffffff 00ffffffffffffff
            qemu-virtio-mmio  | 0002:0:0:0 0002:0:b0:0 0002:9:30:5 0003:0:0:0         | 7669727400000000 ffffffffffffffff 0000000000000000 0000000000000000
            qemu-virtio-mmio  | 0112:0:100:aabbccdd11223344 0002:0:100000100:0        | 44332211ddccbbaa 4433221100000000
            qemu-virtio-mmio  | 0000:0:8ff:0 0001:0:8ff:0 0000:0:7fffffffffffff00:0   | 0000000000000000 ffffffff00000000 ffffffff00000000
            qemu-virtio-mmio  | 0202:0:0:0 0005:0:0:0 0003:0:100:0 0002:0:0:0         | 0000000000000000
            kvm-unit-tests    | 0113:0:0:1122334455667788 0110:0:5:99 0003:7:9999:0 0103:0:0:0 | 0000000000000000 0000000000000000 9977665544332211
            kvm-unit-tests    | 0113:0:0:1 0004:0:0:0 0100:0:0:1                      | 0000000000000000 0100000000000000a5a5a5a5a5a5a5a500000000000000000000000000000000
            kvm-unit-tests    | 0100:0:0:1 000301                                     | 0100000000000000 0100000000000000 0100000000000000 0100000000000000
            kvm-unit-tests    | 0001:0:0:0                                            | 0000000000000000 0000000000000000 0000000000000000 0000000000000000
            kvm-unit-tests    | 00 | 0000000000000000a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 0000000000000000a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 0000000000000000a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 0000000000000000a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5
            vmsh              | 6000:0:0:7 6000:9:30:aabbccdd11223344 7000:0:0:aabbccdd11223344 | 7669727400000000 4433221100000000 44332211ddccbbaa
            vmsh              | 3100:0:100:1 3100:0:8f8:ff00000000000000 7000:0:8ff:aabbccdd11223344 7000:0:900:5 | 0000000000000000 0000000000000000 ff332211ddccbbaa 0500000000000000
            vmsh              | 6300:0:100:77 4200:0:100:0 4000:0:1000:0 4000:0:0:0   | 0000000000000000 7700000000000000
            vmsh              | 4000:0:0:9 00                                         | 0900000000000000
            vmsh-test-ioctls  | 0000:0:0:5 7000:9:ffffffffffffffff:5 3100:0:0:5       | ff00000000000000 ff00000000000000 0000000000000000
            """)
    void answers(String kind, String commands, String responses) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(devices.get(kind).path()));
            List<String> seen = new ArrayList<>();
            ByteBuffer all = ByteBuffer.allocate(LENGTHS_MAX);
            for (String command : commands.split(" ", -1)) {
                all.put(bytes(command));
            }
            channel.write(all.flip());
            channel.shutdownOutput();
            for (String response = response(channel); !response.isEmpty(); response = response(channel)) {
                seen.add(response);
            }
            assertEquals(responses, String.join(" ", seen));
        }
    }

    private static ByteBuffer bytes(String command) {
        String[] fields = command.split(":", -1);
        byte[] head = HEX.parseHex(fields[0]);
        if (fields.length == 1) {
            return ByteBuffer.wrap(head);
        }
        ByteBuffer buffer =
                ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN).put(head);
        for (int i = 1; i < fields.length; i++) {
            buffer.putLong(8 * i, Long.parseUnsignedLong(fields[i], 16));
        }
        return buffer.position(0);
    }

    /** One response, without padding that is all zero; nothing at the end of the stream. */
    private static String response(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
        try {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // the rest is on its way
            }
        } catch (IOException e) {
            // reset: the device ended before it had read all
        }
        assertEquals(0, buffer.position() % LENGTH, "a response in pieces");
        String hex = HEX.formatHex(buffer.array(), 0, buffer.position());
        return hex.endsWith("0".repeat(48)) ? hex.substring(0, 16) : hex;
    }
}
