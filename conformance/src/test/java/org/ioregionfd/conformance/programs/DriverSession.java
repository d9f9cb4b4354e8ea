// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A driver program and a conversation with it, one request after the other. */
final class DriverSession implements AutoCloseable {
    private static final int END_SECONDS = 20;

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter requests;
    private final Map<Integer, JsonObject> early = new HashMap<>();
    private int id;

    /** One line of the driver's. */
    record Answer(JsonObject json) {
        String state() {
            return json.getAsJsonObject("channel").get("state").getAsString();
        }

        String value() {
            return json.get("value").getAsString();
        }
    }

    DriverSession(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    /** Asks for {@code op} with members in JSON whose quotes are single ones, and requires that it is done. */
    Answer ask(String op, String members) throws IOException {
        JsonObject answer = receive(send(op, members));
        assertEquals("done", answer.get("status").getAsString(), answer::toString);
        return new Answer(answer);
    }

    /** Asks, and does not wait; gives the id by which {@link #receive} gets the answer. */
    int send(String op, String members) throws IOException {
        id++;
        String more = members.isEmpty() ? "" : ", " + members.replace('\'', '"');
        requests.write("{\"id\": " + id + ", \"op\": \"" + op + "\"" + more + "}\n");
        requests.flush();
        return id;
    }

    /** The answer to a request, whatever it is; answers to other requests are kept. */
    JsonObject receive(int request) throws IOException {
        while (!early.containsKey(request)) {
            String line = answers.readLine();
            if (line == null) {
                throw new AssertionError("the driver ended instead of answering");
            }
            JsonObject answer = JsonParser.parseString(line).getAsJsonObject();
            early.put(answer.get("id").getAsInt(), answer);
        }
        return early.remove(request);
    }

    /** The error word of a request that must fail. */
    String error(int request) throws IOException {
        JsonObject answer = receive(request);
        assertEquals("error", answer.get("status").getAsString(), answer::toString);
        return answer.get("error").getAsString();
    }

    /** Waits until the driver reports this state, in its answers to invalid requests. */
    void awaitState(String state) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        String seen;
        do {
            JsonObject answer = receive(send("read", "'size': 3"));
            seen = answer.getAsJsonObject("channel").get("state").getAsString();
            assertTrue(System.nanoTime() - end < 0, "still " + seen + ", not " + state);
        } while (!seen.equals(state));
    }

    /** Ends the driver as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Sends a signal to the driver's JVM, whoever has started it. */
    void signal(String name) throws IOException, InterruptedException {
        ProcessHandle java = process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
        Programs.Ended sent = Programs.run(List.of("kill", "-" + name, Long.toString(java.pid())));
        assertEquals(0, sent.exitCode(), sent::toString);
    }

    /** Ends the driver's input and gives its exit code. */
    int finish() throws IOException {
        requests.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the driver does not end with its input");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
