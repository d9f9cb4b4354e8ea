// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;

/**
 * The prepared handshakes with one device: K's frames and D's answers are the same bytes every time, so that only the
 * exchange is measured, and not the making of frames. It selects everything that is offered, as a K with default policies
 * does.
 *
 * @param detached by a HELLO without an access
 * @param attached by a HELLO that is a READ
 * @param choice what is agreed
 */
public record PreparedHandshake(Steps detached, Steps attached, Forge.Choice choice) {
    /** The place of all READs: four bytes in the memory of region 1. */
    public static final Access READ = new Access(1, 0x10, 2);

    private static final Registry KNOWN = Registry.known();

    private static final long NONCE = 0x62;

    /** K's two frames and the answers to them, as direct buffers. */
    public record Steps(ByteBuffer hello, ByteBuffer offer, ByteBuffer select, ByteBuffer accept) {
        private static Steps of(Frame hello, Frame offer, Forge.Choice choice) {
            Frame select = Forge.select(hello, offer, choice);
            return new Steps(direct(hello), direct(offer), direct(select), direct(Forge.accept(hello, offer, select)));
        }

        private Steps echoed() {
            return new Steps(hello, hello, select, select);
        }

        /** Opens {@code channel}. */
        public void run(FastChannel channel) throws IOException {
            greet(channel);
            step(channel, select, accept);
        }

        /** Exchanges the HELLO and its OFFER, so that later measures find the channel accepted and set up. */
        public void greet(FastChannel channel) throws IOException {
            step(channel, hello, offer);
        }

        private static void step(FastChannel channel, ByteBuffer frame, ByteBuffer expected) throws IOException {
            channel.exchange(frame);
            if (!channel.isAnswered(expected)) {
                throw new IOException("an unexpected answer in a handshake:\n" + shown(channel.answer()));
            }
        }
    }

    /** Asks the device that listens at {@code path}. */
    public static PreparedHandshake learn(Path path, FastChannel.Waiting waiting) throws IOException {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, NONCE);
        Frame marked = Forge.attachedHello(Dialect.INFO_WORD, READ, NONCE);
        try (FastChannel first = FastChannel.connect(path, waiting);
                FastChannel second = FastChannel.connect(path, waiting)) {
            Frame offer = offered(first, hello);
            Forge.Choice choice = widest(offer);
            Steps attached = Steps.of(marked, offered(second, marked), choice);
            return new PreparedHandshake(Steps.of(hello, offer, choice), attached, choice);
        }
    }

    /** The highest version, all features and the largest window that {@code offer} allows. */
    private static Forge.Choice widest(Frame offer) throws IOException {
        int version = KNOWN.bestIn(offer.get("versions"));
        if (version < 1) {
            throw new IOException("an OFFER without version 1 or 2");
        }
        long features = offer.get("features") & KNOWN.featuresFor(version);
        long window = Math.min(offer.get("max_inflight"), KNOWN.windowMax(version));
        return new Forge.Choice(version, features, (int) window);
    }

    /** The agreement in words. */
    public String inWords() {
        List<String> names = KNOWN.featureNames(choice.features());
        return "version %d, %s, window %d"
                .formatted(
                        choice.version(),
                        names.isEmpty() ? "no features" : "features " + String.join(" ", names),
                        choice.maxInflight());
    }

    /** The same handshakes for a baseline that sends back what it gets. */
    PreparedHandshake echoed() {
        return new PreparedHandshake(detached.echoed(), attached.echoed(), choice);
    }

    private static ByteBuffer direct(Frame frame) {
        return ByteBuffer.allocateDirect(Registry.FRAME_LENGTH).put(frame.bytes());
    }

    private static Frame offered(FastChannel channel, Frame hello) throws IOException {
        channel.exchange(direct(hello));
        Frame frame = shown(channel.answer());
        if (!frame.shape().name().equals("OFFER")) {
            throw new IOException("no OFFER to a HELLO, but\n" + frame);
        }
        return frame;
    }

    private static Frame shown(byte[] answer) {
        return new Frame(
                KNOWN.kindOf(answer, Sender.D).stream()
                        .boxed()
                        .flatMap(kind -> KNOWN.shapeOfKind(kind).stream())
                        .findFirst()
                        .orElse(Dialect.INFO_WORD.response()),
                answer);
    }
}
