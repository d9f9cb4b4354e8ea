// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;

/**
 * A fast device side on a thread of its own. It offers everything, and answers every command with 0 and OK; one write answers
 * all commands of one read. A peer that does not begin with a HELLO, the baseline, gets such answers too. It serves one
 * channel after the other, each until its end.
 */
public final class FastDevice implements AutoCloseable {
    private static final Registry REGISTRY = Registry.standard();

    private static final Forge.Terms TERMS =
            new Forge.Terms(Registry.known().versionMask(), Registry.known().featureMask(), FastChannel.WINDOW_MAX);

    private static final int TAGGED_VERSION = 2;
    private static final int TAG_AT = Dialect.TAGGED.command().field("tag").offset();
    private static final int FLAGS_AT = Dialect.TAGGED.command().field("flags").offset();
    private static final int TAG_BACK_AT =
            Dialect.TAGGED.response().field("tag").offset();
    private static final int STATUS_AT =
            Dialect.TAGGED.response().field("status").offset();
    private static final short OK = (short) REGISTRY.code("statuses", "OK");

    /** [V1-001] the bit of the info word that asks for a response */
    private static final int RESP = 0x40;

    private final ServerSocketChannel listener;

    private FastDevice(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /** Listens at {@code path} until it is closed. */
    public static FastDevice listen(Path path) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path));
        FastDevice device = new FastDevice(listener);
        Thread thread = new Thread(device::serveAll, "bench-device");
        thread.setDaemon(true);
        thread.start();
        return device;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serveAll() {
        while (listener.isOpen()) {
            serveNext();
        }
    }

    /** The next channel may come, however this one ended. */
    @SuppressWarnings("EmptyCatch")
    private void serveNext() {
        try (SocketChannel socket = listener.accept()) {
            new Channel(socket).serve();
        } catch (IOException e) {
            // K has closed it, or the listener was closed; the loop notices that.
        }
    }

    /** One channel. */
    private static final class Channel extends FrameSocket {
        Channel(SocketChannel socket) {
            super(socket);
        }

        void serve() throws IOException {
            Frame hello = frame("HELLO");
            boolean isTagged = true;
            // [DST-003] another HELLO starts over
            while (isMarked(hello, "HELLO")) {
                Frame offer = Forge.offer(hello, TERMS);
                send(offer);
                Frame select = frame("SELECT");
                if (isMarked(select, "SELECT")) {
                    send(Forge.accept(hello, offer, select));
                    isTagged = select.get("version") == TAGGED_VERSION;
                    hello = frame("HELLO");
                } else {
                    hello = new Frame(hello.shape(), select.bytes());
                }
            }
            out.clear();
            answer(0, isTagged);
            while (true) {
                send();
                int frames = receive();
                out.clear();
                for (int i = 0; i < frames; i++) {
                    answer(i * FRAME, isTagged);
                }
                drop(frames);
            }
        }

        private void answer(int start, boolean isTagged) {
            boolean isWanted = isTagged ? in.getShort(start + FLAGS_AT) != 0 : (in.get(start) & RESP) != 0;
            if (!isWanted) {
                return;
            }
            int to = out.position();
            out.putLong(to, 0).putLong(to + 8, 0).putLong(to + 16, 0).putLong(to + 24, 0);
            if (isTagged) {
                out.putInt(to + TAG_BACK_AT, in.getInt(start + TAG_AT));
                out.putShort(to + STATUS_AT, OK);
            }
            out.position(to + FRAME);
        }

        /** Reads one frame in the shape of this name; its kind is checked later. */
        private Frame frame(String name) throws IOException {
            in.clear();
            in.limit(FRAME);
            receive();
            byte[] bytes = new byte[FRAME];
            in.get(0, bytes);
            in.clear();
            return new Frame(REGISTRY.shape(name), bytes);
        }

        private void send(Frame frame) throws IOException {
            out.clear();
            out.put(frame.bytes());
            send();
        }

        private static boolean isMarked(Frame frame, String kind) {
            return REGISTRY.kindOf(frame.bytes(), Sender.K).stream()
                    .anyMatch(found -> found == REGISTRY.code("kinds", kind));
        }
    }
}
