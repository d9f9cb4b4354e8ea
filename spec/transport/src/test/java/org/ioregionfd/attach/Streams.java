// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Long streams of bytes that say where they belong. */
final class Streams {
    /** No multiple of anything. */
    private static final int WRITE = 10_007;

    private static final int READ = 3001;

    private Streams() {}

    private static byte at(int seed, int position) {
        return (byte) (seed * 31 + position * 7 + (position >>> 8));
    }

    static Void write(DirectChannel channel, int seed, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(WRITE);
        for (int done = 0; done < length; ) {
            bytes.clear().limit(Math.min(WRITE, length - done));
            for (int i = 0; i < bytes.limit(); i++) {
                bytes.put(i, at(seed, done + i));
            }
            done += bytes.limit();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        return null;
    }

    static Void expect(DirectChannel channel, int seed, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(READ);
        for (int done = 0; done < length; ) {
            int read = channel.read(bytes.clear());
            for (int i = 0; i < read; i++) {
                if (bytes.get(i) != at(seed, done + i)) {
                    assertEquals(at(seed, done + i), bytes.get(i), "byte " + (done + i));
                }
            }
            done += Math.max(0, read);
        }
        return null;
    }
}
