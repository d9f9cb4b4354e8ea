// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

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
 * The handshakes with one device, prepared: K's frames and D's answers are the same bytes every time, so that what is measured
 * is the exchange and not the making of frames. It takes all that is offered, as a K with default policies does. Immutable.
 */
public final class Opening {
    /** What is read all the time: four bytes in the memory of region 1. */
    public static final Access READ = new Access(1, 0x10, 2);

    private static final Registry KNOWN = Registry.known();

    private static final long NONCE = 0x62;

    private final Frame offer;
    private final Steps detached;
    private final Steps attached;
    private final int version;
    private final long features;
    private final int window;

    /** K's two frames and D's two answers, as direct buffers. */
    private record Steps(ByteBuffer hello, ByteBuffer offer, ByteBuffer select, ByteBuffer accept) {}

    private Opening(Frame offer, Steps detached, Steps attached, Forge.Choice choice) {
        this.offer = offer;
        this.detached = detached;
        this.attached = attached;
        this.version = choice.version();
        this.features = choice.features();
        this.window = choice.maxInflight();
    }

    /** Asks the device that listens at {@code path}. */
    public static Opening learn(Path path, FastChannel.Waiting waiting) throws IOException {
        Frame hello = Forge.detachedHello(Dialect.INFO_WORD, NONCE);
        Frame marked = Forge.attachedHello(Dialect.INFO_WORD, READ, NONCE);
        try (FastChannel first = FastChannel.connect(path, waiting);
                FastChannel second = FastChannel.connect(path, waiting)) {
            Frame offer = offered(first, hello);
            Forge.Choice choice = widest(offer);
            Steps detached = steps(hello, offer, choice);
            Steps attached = steps(marked, offered(second, marked), choice);
            return new Opening(offer, detached, attached, choice);
        }
    }

    /** The highest version, all features and the largest window that {@code offer} allows. */
    static Forge.Choice widest(Frame offer) throws WrongAnswer {
        int version = KNOWN.bestIn(offer.get("versions"));
        if (version < 1) {
            throw new WrongAnswer("an OFFER without version 1 or 2");
        }
        long features = offer.get("features") & KNOWN.featuresFor(version);
        long window = Math.min(offer.get("max_inflight"), KNOWN.windowMax(version));
        return new Forge.Choice(version, features, (int) window);
    }

    /** The version that is agreed. */
    public int version() {
        return version;
    }

    /** The window that is agreed. */
    public int window() {
        return window;
    }

    /** The OFFER of a detached HELLO. */
    public Frame offer() {
        return offer;
    }

    /** What is agreed, in words. */
    public String inWords() {
        List<String> names = KNOWN.featureNames(features);
        return "version %d, %s, window %d"
                .formatted(version, names.isEmpty() ? "no features" : "features " + String.join(" ", names), window);
    }

    /** Opens {@code channel}; the answers are not looked at where they come from a baseline, which sends others. */
    void open(FastChannel channel, Answers answers) throws IOException {
        run(channel, detached, answers);
    }

    /** Has {@code channel} accepted and seen, without agreeing to anything: one HELLO, one OFFER. */
    void greet(FastChannel channel, Answers answers) throws IOException {
        step(channel, detached.hello(), detached.offer(), answers);
    }

    /** The same as {@link #open}, by a HELLO that is a READ. */
    void openAttached(FastChannel channel, Answers answers) throws IOException {
        run(channel, attached, answers);
    }

    /** Whether D's answers have to be right. */
    public enum Answers {
        /** They come from a device. */
        RIGHT,
        /** They come from a baseline: any 32 bytes will do. */
        ANY
    }

    private static void run(FastChannel channel, Steps steps, Answers answers) throws IOException {
        step(channel, steps.hello(), steps.offer(), answers);
        step(channel, steps.select(), steps.accept(), answers);
    }

    private static void step(FastChannel channel, ByteBuffer frame, ByteBuffer expected, Answers answers)
            throws IOException {
        channel.exchange(frame);
        if (answers == Answers.RIGHT && !channel.isAnswered(expected)) {
            throw new WrongAnswer("an unexpected answer in a handshake:\n" + shown(channel.answer()));
        }
    }

    private static Steps steps(Frame hello, Frame offer, Forge.Choice choice) {
        Frame select = Forge.select(hello, offer, choice);
        return new Steps(direct(hello), direct(offer), direct(select), direct(Forge.accept(hello, offer, select)));
    }

    private static ByteBuffer direct(Frame frame) {
        return ByteBuffer.allocateDirect(Registry.FRAME_LENGTH).put(frame.bytes());
    }

    private static Frame offered(FastChannel channel, Frame hello) throws IOException {
        channel.exchange(direct(hello));
        Frame frame = shown(channel.answer());
        if (!frame.shape().name().equals("OFFER")) {
            throw new WrongAnswer("no OFFER to a HELLO, but\n" + frame);
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
