// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;

/**
 * A device side, or its baseline.
 *
 * @param path where it listens
 * @param waiting how the suite waits for it
 * @param handshake the handshake that opens a channel
 * @param command the command that is sent all the time
 */
public record Target(Path path, FastChannel.Waiting waiting, PreparedHandshake handshake, CommandTemplate command)
        implements LoadGenerator {
    /** The device from which {@code handshake} was learnt. */
    public static Target device(Path path, FastChannel.Waiting waiting, PreparedHandshake handshake) {
        return new Target(
                path,
                waiting,
                handshake,
                CommandTemplate.reading(handshake.choice().version()));
    }

    /** The baseline that listens at {@code echo} and sends back what this target gets. */
    public Target echoedBy(Path echo) {
        return new Target(echo, waiting, handshake.echoed(), command.echoed());
    }

    /** A new channel, on which nothing was sent. */
    public FastChannel connect() throws IOException {
        return FastChannel.connect(path, waiting);
    }

    /** A new channel in Open. */
    public FastChannel open() throws IOException {
        FastChannel channel = connect();
        try {
            handshake.detached().run(channel);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public Load run(int depth, long nanos) throws IOException {
        try (FastChannel channel = open()) {
            return run(channel, command, depth, nanos);
        }
    }

    /** Sends {@code command} on {@code channel} for {@code nanos}. */
    public static Load run(FastChannel channel, CommandTemplate command, int depth, long nanos) throws IOException {
        Histogram latency = Distribution.newHistogram();
        double perSecond =
                depth == 1 ? channel.roundTrips(command, nanos, latency) : channel.pipelined(command, depth, nanos);
        return new Load(perSecond, latency);
    }
}
