// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.Schema;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The KVM side in C, driven by JSON lines, meets the device in C. */
@Timeout(60)
class CDriverTest {
    private static final String COUNTER_READ =
            "{'id': %d, 'op': 'read', 'region': '0x1', 'offset': '0x128', 'size': 4}";
    private static final String HOLD_READ = "{'id': %d, 'op': 'read', 'region': '0x1', 'offset': '0x110', 'size': 2}";

    @TempDir
    static Path folder;

    private static final Schema DRIVER_LINE = Schemas.of("registry/driver.schema.json");

    private static Path deviceProgram;
    private static Path driverProgram;

    private final Path socket = folder.resolve("driver-" + System.nanoTime());
    private final Map<Integer, JsonNode> early = new HashMap<>();
    private final List<Process> started = new ArrayList<>();
    private Process device;
    private Process driver;
    private BufferedWriter requests;
    private BufferedReader answers;

    @BeforeAll
    static void buildBothSides() throws IOException {
        if (CCompiler.FOR_PROGRAMS.isPresent()) {
            CCompiler compiler = CCompiler.FOR_PROGRAMS.get();
            deviceProgram = compiler.build(folder, "example-device", "example-device.c");
            driverProgram = compiler.build(folder, "example-kvm-driver", "example-kvm-driver.c");
        }
    }

    @BeforeEach
    void startBothSides() throws IOException {
        assumeTrue(CCompiler.FOR_PROGRAMS.isPresent(), "no C compiler here");
        startDevice("--policy", "allow");
        driver = new ProcessBuilder(driverProgram.toString(), "--unix", socket.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(driver);
        requests = driver.outputWriter();
        answers = driver.inputReader();
    }

    @AfterEach
    void stopBothSides() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void anAttachedHelloRidesOnTheFirstReadAndOpensWithTheSecond() throws IOException {
        assertEquals("done idle", told(1, "{'id': 1, 'op': 'connect'}"));
        assertEquals("done offered 0x0", told(2, COUNTER_READ.formatted(2)));
        assertEquals("done open 0x1 ok", told(3, COUNTER_READ.formatted(3)));
    }

    @Test
    void aDetachedHelloOpensBeforeTheFirstAccess() throws IOException {
        send("{'id': 1, 'op': 'connect', 'hello': 'detached'}");
        JsonNode channel = answer(1).get("channel");

        assertEquals("open", channel.get("state").asString());
        assertEquals(2, channel.get("version").asInt());
        assertEquals(64, channel.get("max_inflight").asInt());
        assertEquals(
                "[\"POSTED_WRITES\",\"OUT_OF_ORDER\",\"FENCE\"]",
                channel.get("features").toString());
        assertEquals("done open 0x0 ok", told(2, COUNTER_READ.formatted(2)), "[HEL-012]");
    }

    @Test
    void aHeldReadKeepsNoOtherWaitingAndAFenceWaitsForIt() throws IOException {
        send("{'id': 1, 'op': 'connect', 'policy': 'require', 'deadline_ms': 20000}");
        send(HOLD_READ.formatted(2));
        send("{'id': 3, 'op': 'fence'}");
        send("{'id': 4, 'op': 'write', 'region': '0x1', 'offset': '0x0', 'size': 1, 'value': '0x7', 'posted': true}");

        assertEquals("done open 0x0 ok", told(5, COUNTER_READ.formatted(5)));
        assertTrue(!early.containsKey(2) && !early.containsKey(3), early.toString());
        send("{'id': 6, 'op': 'write', 'region': '0x1', 'offset': '0x118', 'size': 4, 'value': '0x12345678'}");
        assertEquals("done open 0x5678 ok", inWords(answer(2)));
        assertEquals("done open ok", inWords(answer(3)));
        assertEquals("done open", inWords(answer(4)));
    }

    @Test
    void anAccessThatNobodyAnswersMayHaveBeenExecuted() throws IOException {
        send("{'id': 1, 'op': 'connect', 'hello': 'detached', 'features': [], 'max_inflight': 2, 'deadline_ms': 300}");
        send(HOLD_READ.formatted(2));
        send(HOLD_READ.formatted(3));
        send(COUNTER_READ.formatted(4));

        assertEquals("error maybe-executed failed", inWords(answer(2)));
        assertEquals("error maybe-executed failed", inWords(answer(3)));
        assertEquals("error not-sent failed", inWords(answer(4)), "[DRV-003]");
        assertEquals("done closed", told(5, "{'id': 5, 'op': 'close'}"));
        assertEquals("error not-sent closed", told(6, COUNTER_READ.formatted(6)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32, 65535})
    void aRunMakesManyAccesses(int depth) throws IOException {
        send("{'id': 1, 'op': 'connect', 'policy': 'require'}");
        send(
                "{'id': 2, 'op': 'run', 'access': 'read', 'region': '0x1', 'offset': '0x128', 'size': 4, 'count': 100, 'depth': "
                        + depth + "}");
        JsonNode answer = answer(2);

        assertEquals("done", answer.get("status").asString());
        assertEquals(100, answer.get("count").asInt());
        assertEquals("0x63", answer.get("value").asString());
        int counted = 0;
        for (JsonNode pair : answer.get("latency")) {
            counted += pair.get(1).asInt();
        }
        assertEquals(100, counted);
        assertEquals("done open 0x64 ok", told(3, COUNTER_READ.formatted(3)));
    }

    @Test
    void aRunEndsAsTheAccessThatIsNotAnswered() throws IOException {
        String run =
                "'op': 'run', 'access': 'read', 'region': '0x1', 'offset': '0x110', 'size': 2, 'count': 9, 'depth': 9}";
        assertEquals("error not-sent closed", told(1, "{'id': 1, " + run));
        send("{'id': 2, 'op': 'connect', 'policy': 'require', 'max_inflight': 2, 'deadline_ms': 300}");
        assertEquals("error maybe-executed failed", told(3, "{'id': 3, " + run));
        assertEquals("error usage failed", told(4, "{'id': 4, 'op': 'run', 'access': 'fence', 'count': 1}"));
    }

    @Test
    void aPinThatTheOfferDoesNotAllowFailsAndOneThatItAllowsIsTakenExactly() throws IOException {
        String record = recordBytes("version-2-window-65535");
        assertEquals(
                "error negotiation failed",
                told(1, "{'id': 1, 'op': 'connect', 'pin': '%s'}".formatted(record)),
                "[REC-002]");

        send("{'id': 2, 'op': 'connect', 'pin': '%s'}".formatted(recordBytes("version-1-byte-fields")));
        JsonNode channel = answer(2).get("channel");
        assertEquals("open", channel.get("state").asString());
        assertEquals("byte-fields", channel.get("layout").asString());
        assertEquals(1, channel.get("version").asInt());
        assertEquals("[\"POSTED_WRITES\"]", channel.get("features").toString());
    }

    @Test
    void anAccessAtHelloOffsetIsNotSentBeforeAnAgreement() throws IOException {
        String read = COUNTER_READ.replace("0x128", "0x7fffffffffffff00");
        send("{'id': 1, 'op': 'connect'}");

        assertEquals("error not-sent idle", told(2, read.formatted(2)), "[V0-004]");
        assertEquals("done offered 0x0", told(3, COUNTER_READ.formatted(3)));
        assertEquals("done open 0xffffffff bad-offset", told(4, read.formatted(4)));
    }

    @Test
    void aRequireMeetsALegacyDeviceAndFailsButAPreferFallsBack() throws IOException {
        device.destroyForcibly().onExit().join();
        Files.delete(socket);
        startDevice("--policy", "off");

        send("{'id': 1, 'op': 'connect', 'policy': 'require'}");
        JsonNode answer = answer(1);
        assertEquals("error negotiation failed", inWords(answer));
        assertEquals("KST-003", answer.get("clause").asString());
        assertEquals("done idle", told(2, "{'id': 2, 'op': 'connect'}"));
        assertEquals("done legacy 0x0", told(3, COUNTER_READ.formatted(3)), "[KST-002]");
        assertEquals("error not-sent legacy", told(4, "{'id': 4, 'op': 'fence'}"), "[FEA-002]");
    }

    @Test
    void everyLineIsAnsweredWhateverItIs() throws Exception {
        for (String line : List.of("", "[]", "{'id': 'x'}", "{'op': 'read'}", "{'id': 1} ?", "[".repeat(3000))) {
            send(line);
            JsonNode answer = next();
            assertTrue(answer.get("id").isNull(), line);
            assertEquals("error usage closed", inWords(answer), line);
        }
        send("{'id': 1, 'op': '" + "x".repeat(9000) + "'}");
        assertTrue(next().get("id").isNull());
        assertEquals("unsupported", told(1, "{'id': 1, 'op': 'jump'}"), "[DRV-001]");
        assertEquals("unsupported", told(2, "{'id': 2, 'op': 'connect', 'colour': 'red'}"));
        assertEquals(
                "error usage closed",
                told(3, "{'id': 3, 'op': 'connect', 'policy': 'require', 'hello': 'attached'}"),
                "[POL-003]");
        assertEquals("error usage closed", told(4, "{'id': 4, 'op': 'connect', 'pin': '00'}"), "[REC-003]");
        assertEquals(
                "error usage closed",
                told(5, "{'id': 5, 'op': 'connect', 'policy': 'require', 'versions': []}"),
                "[POL-003]");
        String pinOfVersion0 = recordBytes("version-0-info-word");
        assertEquals(
                "error usage closed",
                told(6, "{'id': 6, 'op': 'connect', 'require_features': ['FENCE'], 'pin': '" + pinOfVersion0 + "'}"),
                "[POL-003]");
        requests.close();
        assertTrue(driver.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, driver.exitValue());
    }

    private void startDevice(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(deviceProgram.toString(), "--unix", socket.toString()));
        command.addAll(List.of(options));
        device = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(device);
        assertEquals("listening " + socket, device.inputReader().readLine());
    }

    private static String recordBytes(String id) {
        for (JsonNode vector : SpecFiles.json("vectors/records.json").get("records")) {
            if (vector.get("id").asString().equals(id)) {
                return vector.get("bytes").asString().replace(" ", "");
            }
        }
        throw new IllegalArgumentException(id);
    }

    private void send(String line) throws IOException {
        requests.write(line.replace('\'', '"') + '\n');
        requests.flush();
    }

    private String told(int id, String line) throws IOException {
        send(line);
        return inWords(answer(id));
    }

    private JsonNode answer(int id) throws IOException {
        while (!early.containsKey(id)) {
            JsonNode answer = next();
            early.put(answer.get("id").asInt(), answer);
        }
        return early.remove(id);
    }

    private JsonNode next() throws IOException {
        String line = answers.readLine();
        assertTrue(line != null, "the driver has ended");
        JsonNode answer = new ObjectMapper().readTree(line);
        assertEquals(List.of(), DRIVER_LINE.validate(answer), line);
        return answer;
    }

    /** Status, error, state, value and access, as far as they are there. */
    private static String inWords(JsonNode answer) {
        StringBuilder words = new StringBuilder(answer.get("status").asString());
        for (String member : List.of("error", "/channel/state", "value", "access")) {
            JsonNode value = member.startsWith("/") ? answer.at(member) : answer.path(member);
            words.append(value.isMissingNode() ? "" : ' ' + value.asString());
        }
        return words.toString();
    }
}
