// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.AgreementRecord;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"netty", "direct"})
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DriverTest {
    @TempDir
    private Path directory;

    @Parameter
    private String kind;

    private static String state(JsonObject answer) {
        return answer.getAsJsonObject("channel").get("state").getAsString();
    }

    private static String text(JsonObject answer, String member) {
        return answer.get(member).getAsString();
    }

    private static void assertError(String error, String state, JsonObject answer) {
        assertEquals(error, text(answer, "error"));
        assertEquals(state, state(answer));
    }

    private Drive drive() throws IOException {
        return new Drive(directory.resolve("peer.sock"), kind);
    }

    private ScriptedPeer aware() throws IOException {
        return ScriptedPeer.start(directory, p -> {
            p.handshake(0x42);
            p.echoOffsets();
        });
    }

    @Test
    void answersAsTheAnnexShows() throws IOException {
        try (ScriptedPeer peer = aware();
                Drive session = drive()) {
            JsonObject connected = session.answer(1, "op: connect, hello: detached");
            assertEquals(
                    "{\"id\":1,\"status\":\"done\",\"channel\":{\"state\":\"open\",\"layout\":\"info-word\",\"version\":2,\"features\":[\"POSTED_WRITES\",\"OUT_OF_ORDER\",\"FENCE\"],\"max_inflight\":64}}",
                    connected.toString());
            JsonObject read = session.answer(2, "op: read, region: 0x1, offset: 0x128, size: 4");
            assertEquals("0x128", text(read, "value"));
            assertEquals("ok", text(read, "access"));
            JsonObject closed = session.answer(3, "op: close");
            assertEquals("{\"id\":3,\"status\":\"done\",\"channel\":{\"state\":\"closed\"}}", closed.toString());
            assertEquals("idle", state(session.answer(4, "op: connect")));
            assertTrue(peer.received().size() >= 3);
        }
    }

    @Test
    void beginsRequestsWithoutWaitingForEarlierOnes() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    byte[] first = p.frame();
                    byte[] second = p.frame();
                    p.send(Frames.response(second, 2, 1), Frames.response(first, 1, 1));
                    p.drain();
                });
                Drive session = drive()) {
            session.answer(1, "op: connect, policy: require");
            session.ask(2, "op: read, region: 0x1, offset: 0x0, size: 1");
            session.ask(3, "op: read, region: 0x1, offset: 0x1, size: 1");
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < 2; i++) {
                JsonObject answer = session.answer();
                values.put(text(answer, "id"), text(answer, "value"));
            }
            assertEquals(Map.of("2", "0x1", "3", "0x2"), values);
            assertEquals(4, peer.received().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "8", "65535"})
    void makesManyAccessesForOneRequest(String depth) throws IOException {
        try (ScriptedPeer peer = aware();
                Drive session = drive()) {
            session.answer(1, "op: connect, policy: require");
            JsonObject answer = session.answer(
                    2, "op: run, access: read, region: 0x1, offset: 0x40, size: 4, count: 100, depth: " + depth);
            assertEquals("done", text(answer, "status"));
            assertEquals(100, answer.get("count").getAsInt());
            assertEquals("0x40", text(answer, "value"));
            int counted = 0;
            for (JsonElement pair : answer.getAsJsonArray("latency")) {
                counted += pair.getAsJsonArray().get(1).getAsInt();
            }
            assertEquals(100, counted);
            assertEquals(2 + 100, peer.received().size());
        }
    }

    @Test
    void aRunEndsByTimeAndSeveralRunSideBySide() throws IOException {
        try (ScriptedPeer peer = aware();
                Drive session = drive()) {
            session.answer(1, "op: connect, policy: require");
            String run =
                    "op: run, access: write, region: 0x1, offset: 0x40, size: 4, value: 0x1, count: 4294967295, millis: 20";
            session.ask(2, run);
            session.ask(3, run);
            long count = 0;
            for (int i = 0; i < 2; i++) {
                JsonObject answer = session.answer();
                assertEquals("done", text(answer, "status"));
                assertFalse(answer.has("value"));
                assertTrue(answer.get("nanos").getAsLong() >= 20_000_000);
                count += answer.get("count").getAsLong();
            }
            assertEquals(2 + count, peer.received().size());
        }
    }

    @Test
    void aRunEndsAsTheAccessThatIsNotAnswered() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> {
                    p.handshake(0);
                    p.send(Frames.response(p.frame(), 2, 1));
                    p.frame();
                });
                Drive session = drive()) {
            String run = "op: run, access: read, region: 0x1, offset: 0x0, size: 4, count: 9";
            assertEquals("not-sent", text(session.answer(1, run), "error"));
            session.answer(2, "op: connect, policy: require");
            assertError("maybe-executed", "failed", session.answer(3, run));
            assertEquals(4, peer.received().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "x",
                "1",
                "[]",
                "null",
                "{}",
                "{\"op\":\"read\"}",
                "{\"id\":\"1\",\"op\":\"close\"}",
                "{\"id\":1,\"op\":\"close\"} {}",
                "{'id':1,'op':'close'}",
                "{\"id\":1,\"op\":\"close\",}",
                "{id:1}",
                "{\"id\":1"
            })
    void answersALineThatIsNoRequestWithAnIdOfNull(String line) throws IOException {
        try (Drive session = drive()) {
            JsonObject answer = session.answerTo(line);
            assertTrue(answer.get("id").isJsonNull());
            assertError("usage", "closed", answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "op: read",
                "op: 5",
                "op: read, region: 0x1, offset: 0x0, size: 9",
                "op: read, region: 0x1, offset: 0x0, size: 1.5",
                "op: read, region: 0x1, offset: 0x0, size: 1e999999999",
                "op: read, region: 1, offset: 0x0, size: 1",
                "op: read, region: '1', offset: 0x0, size: 1",
                "op: read, region: 0x11112222333344445, offset: 0x0, size: 1",
                "op: write, region: 0x1, offset: 0x0, size: 1",
                "op: write, region: 0x1, offset: 0x0, size: 1, value: 0x1, posted: 1",
                "op: run, access: read, region: 0x1, offset: 0x0, size: 1",
                "op: run, access: fence, region: 0x1, offset: 0x0, size: 1, count: 1",
                "op: run, access: write, region: 0x1, offset: 0x0, size: 1, count: 1",
                "op: run, access: read, region: 0x1, offset: 0x0, size: 1, count: 0",
                "op: connect, policy: perhaps",
                "op: connect, policy: require, hello: attached",
                "op: connect, features: [], require_features: [FENCE]",
                "op: connect, pin: '00'",
                "op: connect, pin: '0000000000000000000000000000000000000000000000000000000000000000'",
                "op: connect, max_inflight: 0",
                "op: connect, max_inflight: 65536",
                "op: connect, deadline_ms: 0",
                "op: connect, versions: 2",
                "op: connect, versions: [0]",
                "op: connect, versions: [24]",
                "op: connect, features: all",
                "op: connect, nonce: 256"
            })
    void answersAWrongRequestWithUsage(String members) throws IOException {
        try (Drive session = drive()) {
            JsonObject answer = session.answer(7, members);
            assertEquals(7, answer.get("id").getAsInt());
            assertEquals("error", text(answer, "status"));
            assertError("usage", "closed", answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "op: dance",
                "op: close, quickly: true",
                "op: connect, versions: [3]",
                "op: connect, features: [TELEPATHY]"
            })
    void saysWhatItCannotDo(String members) throws IOException {
        try (Drive session = drive()) {
            JsonObject answer = session.answer(7, members);
            assertEquals("unsupported", text(answer, "status"));
            assertFalse(text(answer, "message").isEmpty());
            assertFalse(answer.has("channel"));
        }
    }

    @Test
    void answersALineThatIsTooLong() throws IOException {
        try (Drive session = drive()) {
            JsonObject answer = session.answer(1, "op: " + "x".repeat(Lines.LENGTH_MAX));
            assertTrue(answer.get("id").isJsonNull());
            assertEquals("usage", text(answer, "error"));
            assertEquals("unsupported", text(session.answer(1, "op: x"), "status"));
        }
    }

    @Test
    void answersAccessesWithoutAChannelAsNotSent() throws IOException {
        try (Drive session = drive()) {
            for (String op : new String[] {
                "read, region: 0x1, offset: 0x0, size: 1",
                "write, region: 0x1, offset: 0x0, size: 1, value: 0x1",
                "fence"
            }) {
                assertError("not-sent", "closed", session.answer(1, "op: " + op));
            }
            assertEquals("done", text(session.answer(2, "op: close"), "status"));
        }
    }

    @Test
    void tellsThatThereIsNoPeer() throws IOException {
        try (Drive session = drive()) {
            assertEquals("no-peer", text(session.answer(1, "op: connect"), "error"));
        }
    }

    @Test
    void tellsWhyANegotiationFailedAndConnectsAgain() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(0));
                Drive session = drive()) {
            JsonObject failed = session.answer(1, "op: connect, policy: require");
            assertEquals("negotiation", text(failed, "error"));
            assertEquals("KST-003", text(failed, "clause"));
            assertEquals("failed", state(failed));
            JsonObject read = session.answer(2, "op: read, region: 0x1, offset: 0x0, size: 1");
            assertEquals("not-sent", text(read, "error"));
            JsonObject off = session.answer(3, "op: connect, policy: off, layout: info-word");
            assertEquals("idle", state(off));
            JsonObject legacy = session.answer(5, "op: read, region: 0x1, offset: 0x0, size: 1");
            assertEquals(
                    "{\"state\":\"legacy\",\"layout\":\"info-word\"}",
                    legacy.get("channel").toString());
            assertEquals("usage", text(session.answer(4, "op: connect"), "error"));
            assertEquals(2, peer.received().size());
        }
    }

    @Test
    void endsAnAccessThatIsNotAnswered() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, ScriptedPeer::drain);
                Drive session = drive()) {
            session.answer(1, "op: connect, policy: off, deadline_ms: 50");
            assertError("maybe-executed", "failed", session.answer(2, "op: read, region: 0x1, offset: 0x0, size: 1"));
            assertEquals(1, peer.received().size());
        }
    }

    @Test
    void sendsTheNonceThatItIsTold() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(0));
                Drive session = drive()) {
            session.answer(1, "op: connect, nonce: 255");
            JsonObject read = session.answer(2, "op: read, region: 0x1, offset: 0x0, size: 1");
            assertFalse(read.has("access"));
            byte[] hello = peer.received().get(0);
            assertEquals(0xFF, Frames.field(hello, 7, 1));
        }
    }

    @Test
    void answersAnAccessAtHelloOffsetAsNotSentBeforeAnAgreement() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(directory, p -> p.legacy(0));
                Drive session = drive()) {
            session.answer(1, "op: connect");
            assertError(
                    "not-sent",
                    "idle",
                    session.answer(2, "op: read, region: 0x1, offset: 0x7fffffffffffff00, size: 1"));
            assertEquals(0, peer.received().size());
        }
    }

    @Test
    void takesAPin() throws IOException {
        ByteBuf pin = Unpooled.buffer();
        AgreementRecord.encode(new Agreement(ProtocolVersion.EXACT, FeatureSet.NONE, 1, Layout.INFO_WORD), pin);
        try (ScriptedPeer peer = aware();
                Drive session = drive()) {
            JsonObject answer = session.answer(1, "op: connect, pin: '" + ByteBufUtil.hexDump(pin) + "'");
            assertEquals(
                    "{\"state\":\"open\",\"layout\":\"info-word\",\"version\":1,\"features\":[],\"max_inflight\":1}",
                    answer.get("channel").toString());
            assertEquals(2, peer.received().size());
        }
    }

    @Test
    void closesTheChannelAtTheEndOfTheInput() throws Exception {
        try (ScriptedPeer peer = aware()) {
            try (Drive session = drive()) {
                session.answer(1, "op: connect, hello: detached");
                session.endInput();
            }
            peer.awaitEnd();
        }
    }
}
