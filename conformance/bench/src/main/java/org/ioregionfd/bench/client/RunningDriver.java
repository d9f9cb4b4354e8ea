// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.ioregionfd.bench.figure.Distribution;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;

/** A KVM side behind a test driver that knows {@code run} (annex A). Confined to one thread. */
public final class RunningDriver implements Caller {
    /** Beyond its time a run only waits for answers; so long without one, and the driver hangs. */
    private static final long PATIENCE_SECONDS = 20;

    /** More than any run takes: the time is what ends it. */
    private static final long COUNT_MAX = 0xFFFF_FFFFL;

    private final PeerProcess process;
    private final OutputStream input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Map<Integer, JsonObject> early = new HashMap<>();
    private int lastId;

    /** Takes over a driver that was started. */
    public RunningDriver(PeerProcess process) {
        this.process = process;
        this.input = process.input();
        Thread reader = new Thread(this::readLines, "driver-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** The driver's process. */
    public PeerProcess process() {
        return process;
    }

    /** Connects and negotiates, detached; gives what was agreed. NotAttached: there is no driver, or nothing came of it. */
    public JsonObject connect(Request request) throws NotAttached {
        try {
            JsonObject answer = await(send(request));
            if (!answer.get("status").getAsString().equals("done")) {
                throw new NotAttached("the driver does not connect: " + answer);
            }
            return answer.getAsJsonObject("channel");
        } catch (IOException e) {
            throw new NotAttached("the driver does not connect: " + e.getMessage());
        }
    }

    /** Closes the channel. */
    public void close() throws IOException {
        await(send(Request.of("close")));
    }

    @Override
    public Ran run(int depth, long millis) throws IOException {
        return ran(begin(Opening.READ, depth, millis));
    }

    /** Begins a run and gives what {@link #ran} takes: several can be under way. */
    public int begin(Access access, int depth, long millis) throws IOException {
        return send(Request.read(access)
                .with("op", "run")
                .with("access", "read")
                .with("count", COUNT_MAX)
                .with("depth", depth)
                .with("millis", millis));
    }

    /** Waits for the end of a run. */
    public Ran ran(int id) throws IOException {
        JsonObject answer = await(id);
        String status = answer.get("status").getAsString();
        if (status.equals("unsupported")) {
            throw new IOException("the driver does not know the op run, without which it cannot be measured");
        }
        if (!status.equals("done")) {
            throw new IOException("the driver's run ended with " + answer);
        }
        Histogram latency = Distribution.newHistogram();
        for (JsonElement element : answer.getAsJsonArray("latency")) {
            JsonArray pair = element.getAsJsonArray();
            latency.recordValueWithCount(pair.get(0).getAsLong(), pair.get(1).getAsLong());
        }
        return new Ran(answer.get("count").getAsLong(), answer.get("nanos").getAsLong(), latency);
    }

    private int send(Request request) throws IOException {
        int id = ++lastId;
        input.write((request.line(id) + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
        return id;
    }

    private JsonObject await(int id) throws IOException {
        while (!early.containsKey(id)) {
            JsonObject answer = next();
            JsonElement answered = answer.get("id");
            if (answered == null || !answered.isJsonPrimitive()) {
                throw new IOException("the driver answers " + answer);
            }
            early.put(answered.getAsInt(), answer);
        }
        return Optional.ofNullable(early.remove(id)).orElseThrow();
    }

    private JsonObject next() throws IOException {
        try {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new IOException("no answer of the driver within " + PATIENCE_SECONDS + " s");
            }
            if (line.isEmpty()) {
                throw new IOException("the driver's output ended; " + process.howItEnded());
            }
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException("the driver answers with no JSON object", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void readLines() {
        try (BufferedReader from =
                new BufferedReader(new InputStreamReader(process.output(), StandardCharsets.UTF_8))) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                lines.add(line.isEmpty() ? " " : line);
            }
        } catch (IOException e) {
            lines.add(""); // As at the end of the output.
        }
        lines.add("");
    }
}
