// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A driver on a thread, its input and its output. */
final class Drive implements AutoCloseable {
    /** What annex A says of a line. */
    private static final Schema LINE = SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    registry -> registry.schemaLoader(loader -> loader.fetchRemoteResources()))
            .getSchema(SchemaLocation.of(
                    Path.of("../../spec/registry/driver.schema.json").toUri().toString()));

    /** The deadline where a request says nothing of it: less than the tests' own end, more than any machine holds them up. */
    private static final long PATIENCE_MILLIS = 50_000;

    /** Behind the last answer. */
    private static final String END = "";

    private final PipedOutputStream requests = new PipedOutputStream();
    private final Session session;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread thread;

    Drive(Path socket, String transport) throws IOException {
        ChannelOptions options = new ChannelOptions();
        options.deadlineMillis = PATIENCE_MILLIS;
        PeerOptions peer = new PeerOptions();
        peer.unix = socket.toString();
        peer.transport = transport;
        session = new Session(peer);
        PrintStream print = new PrintStream(new Lined(), true, StandardCharsets.UTF_8);
        Driver driver = new Driver(
                session, options, new Lines(new PipedInputStream(requests, 1 << 17)), new DriverAnswers(print));
        thread = new Thread(() -> run(driver, print));
        thread.start();
    }

    /** Hands on what is written line by line, whichever thread writes. */
    private final class Lined extends ByteArrayOutputStream {
        @Override
        public synchronized void flush() {
            String text = toString(StandardCharsets.UTF_8);
            if (text.endsWith("\n")) {
                reset();
                text.lines().forEach(answers::add);
            }
        }
    }

    private void run(Driver driver, PrintStream print) {
        try {
            driver.run();
        } catch (IOException e) {
            print.println(e);
        }
        answers.add(END);
    }

    /** Sends a request with these members, which need not be quoted. */
    void ask(int id, String members) throws IOException {
        send(JsonParser.parseString("{id: " + id + ", " + members + "}").toString());
    }

    private void send(String line) throws IOException {
        requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        requests.flush();
    }

    private String nextAnswer() throws IOException {
        try {
            return answers.take();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    JsonObject answer() throws IOException {
        String line = nextAnswer();
        assertEquals(List.of(), LINE.validate(line, InputFormat.JSON), line);
        return JsonParser.parseString(line).getAsJsonObject();
    }

    JsonObject answer(int id, String members) throws IOException {
        ask(id, members);
        return answer();
    }

    /** The answer to a line as it is. */
    JsonObject answerTo(String line) throws IOException {
        send(line);
        return answer();
    }

    /** Ends the input, and waits until the driver has ended. */
    void endInput() throws IOException, InterruptedException {
        requests.close();
        thread.join();
    }

    @Override
    public void close() throws IOException {
        requests.close();
        String line = nextAnswer();
        while (!line.equals(END)) {
            line = nextAnswer();
        }
        session.close();
    }
}
