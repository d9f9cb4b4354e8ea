// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How long a blocking socket sleeps in a call, as the system has it (a struct timeval). It bounds what O_NONBLOCK would end
 * at once; that cannot be set from here.
 *
 * @param seconds both zero: for ever
 * @param micros rounded up to ticks of the kernel's clock
 */
record SocketTimeout(long seconds, long micros) {
    /** The shortest time possible. */
    static final SocketTimeout TICK = new SocketTimeout(0, 1);

    private static final SocketTimeout NONE = new SocketTimeout(0, 0);

    /** The longest tick that a kernel is built with. */
    private static final long TICK_MICROS_MAX = 10_000;

    // Numbers of the Linux ABI, the same on x86-64 and arm64.
    private static final int SOL_SOCKET = 1;
    private static final int TIMEVAL_LENGTH = 16;

    /** What a call does. */
    enum Of {
        /** It receives, or accepts. */
        RECEIVING(20),
        SENDING(21);

        private final int option;

        Of(int option) {
            this.option = option;
        }
    }

    static SocketTimeout get(Socket socket, Of of) throws IOException {
        ByteBuffer timeval = timeval();
        socket.getRawOpt(SOL_SOCKET, of.option, timeval);
        return new SocketTimeout(timeval.getLong(0), timeval.getLong(Long.BYTES));
    }

    void set(Socket socket, Of of) throws IOException {
        try {
            socket.setRawOpt(
                    SOL_SOCKET, of.option, timeval().putLong(0, seconds).putLong(Long.BYTES, micros));
        } catch (ChannelException e) {
            throw new IOException("descriptor " + socket.intValue() + ": " + e.getMessage(), e);
        }
    }

    /** What to put back: a tick is of another process that does as this one does and will put its own back. */
    SocketTimeout unlessTick() {
        return seconds == 0 && micros <= TICK_MICROS_MAX ? NONE : this;
    }

    private static ByteBuffer timeval() {
        return ByteBuffer.allocateDirect(TIMEVAL_LENGTH).order(ByteOrder.nativeOrder());
    }
}
