// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmDriver;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Access;

/** A KVM side behind a test driver that knows {@code run} (annex A). Confined to one thread. */
public record LoadDriver(KvmDriver driver) implements LoadGenerator {
    /** After its time a run only waits for answers; a driver that gives none for so long hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** More than any run makes, so that the time ends it. */
    private static final long COUNT_MAX = 0xFFFF_FFFFL;

    /** The driver's process. */
    public PeerProcess process() {
        return driver.process();
    }

    /** Connects and negotiates, detached; gives the agreement, or throws NotAttached if there was none. */
    public Answer connect(Request request) throws NotAttached, IOException {
        Answer answer = await(driver.send(request));
        if (!answer.status().equals("done")) {
            throw new NotAttached("the driver does not connect: " + answer);
        }
        return answer;
    }

    /** Closes the channel. */
    public void close() throws IOException {
        await(driver.send(Request.of("close")));
    }

    @Override
    public Load run(int depth, long nanos) throws IOException {
        return end(begin(PreparedHandshake.READ, depth, nanos));
    }

    /** Begins a run and gives what {@link #end} takes: several can be under way. */
    public int begin(Access access, int depth, long nanos) {
        return driver.send(Request.read(access)
                .with("op", "run")
                .with("access", "read")
                .with("count", COUNT_MAX)
                .with("depth", depth)
                .with("millis", LoadGenerator.millis(nanos)));
    }

    /** Waits for the end of a run. */
    public Load end(int id) throws IOException {
        Answer answer = await(id);
        if (answer.status().equals("unsupported")) {
            throw new IOException("the driver does not know the op run, so it cannot be measured");
        }
        if (!answer.status().equals("done")) {
            throw new IOException("the driver's run ended with " + answer);
        }
        Histogram latency = Distribution.newHistogram();
        for (JsonElement element : answer.member("latency").orElseThrow().getAsJsonArray()) {
            JsonArray pair = element.getAsJsonArray();
            latency.recordValueWithCount(pair.get(0).getAsLong(), pair.get(1).getAsLong());
        }
        long count = answer.member("count").orElseThrow().getAsLong();
        return new Load(
                FastChannel.perSecond(
                        count, answer.member("nanos").orElseThrow().getAsLong()),
                latency);
    }

    private Answer await(int id) throws IOException {
        try {
            return driver.await(id, PATIENCE);
        } catch (Violation e) {
            throw new IOException("the driver was to give " + e.expected() + ", but gave " + e.seen(), e);
        }
    }
}
