// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Who is measured: where it listens, and what is said to it. Confined to one thread.
 */
public final class Target {
    private final Path path;
    private final FastChannel.Waiting waiting;
    private final Opening opening;
    private final Opening.Answers answers;
    private final Speech speech;

    private Target(Path path, FastChannel.Waiting waiting, Opening opening, Opening.Answers answers, Speech speech) {
        this.path = path;
        this.waiting = waiting;
        this.opening = opening;
        this.answers = answers;
        this.speech = speech;
    }

    /** The device that {@code opening} was learnt from. */
    public static Target device(Path path, FastChannel.Waiting waiting, Opening opening) {
        // Memory is zero at first, and each channel has a memory of its own.
        Speech speech = Speech.reading(Opening.READ, opening.version(), 0);
        return new Target(path, waiting, opening, Opening.Answers.RIGHT, speech);
    }

    /** Somebody who listens at {@code echo} and gives back what this target is sent. */
    public Target echoedBy(Path echo) {
        return new Target(echo, waiting, opening, Opening.Answers.ANY, speech.echoed());
    }

    /** What is sent all the time. */
    public Speech speech() {
        return speech;
    }

    /** A new channel, on which nothing has been said. */
    public FastChannel connect() throws IOException {
        return FastChannel.connect(path, waiting);
    }

    /** A new channel in Open. */
    public FastChannel open() throws IOException {
        FastChannel channel = connect();
        try {
            negotiate(channel);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The handshake, without an access. */
    public void negotiate(FastChannel channel) throws IOException {
        opening.open(channel, answers);
    }

    /** The handshake that carries a READ. */
    public void negotiateAttached(FastChannel channel) throws IOException {
        opening.openAttached(channel, answers);
    }

    /** A HELLO and its OFFER: what follows finds the channel accepted and set up. */
    public void greet(FastChannel channel) throws IOException {
        opening.greet(channel, answers);
    }
}
