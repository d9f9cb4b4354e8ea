// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Sender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration SHORT_WAIT = Duration.ofMillis(30);
    private static final Frame HELLO = Forge.detachedHello(Dialect.INFO_WORD, 1);
    private static final Frame OFFER = Forge.offer(HELLO, new Forge.Terms(7, 0, 1));

    @TempDir
    private Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void takesExactlyOneFrameAndLeavesTheNext() throws IOException {
        Conversation channel = open(WAIT, server -> {
            SocketServer.write(server, OFFER.bytes());
            SocketServer.write(server, Forge.reject("POLICY", 0).bytes());
            SocketServer.readFrame(server);
        });

        assertEquals(OFFER, channel.expect("OFFER"));
        assertEquals(11, channel.expect("REJECT").get("reason"));
    }

    /** Neither is shown as the frame that was waited for. */
    @Test
    void aFrameOfNoKindOrOfAnUnknownOneIsNotCalledTheOneThatWasExpected() throws IOException {
        Conversation channel = open(WAIT, server -> {
            SocketServer.write(server, new byte[32]);
            SocketServer.write(server, OFFER.with("kind", 0).bytes());
            SocketServer.readFrame(server);
        });
        Violation zero = assertThrows(Violation.class, () -> channel.expect("REJECT"));
        Violation unknown = assertThrows(Violation.class, () -> channel.expect("REJECT"));

        assertAll(
                () -> assertEquals("a frame RESPONSE", zero.seen()),
                () -> assertEquals("a frame of the unknown kind 0x00", unknown.seen()),
                () -> assertFalse(
                        unknown.trace().text().contains("REJECT"),
                        unknown.trace().text()));
    }

    @Test
    void putsAFrameTogetherFromPieces() throws IOException {
        Conversation channel = open(WAIT, server -> {
            for (byte piece : OFFER.bytes()) {
                SocketServer.write(server, new byte[] {piece});
            }
            SocketServer.readFrame(server);
        });

        assertEquals(OFFER, channel.expect("OFFER"));
    }

    @Test
    void sendsCutFramesWhole() throws IOException {
        Conversation channel = open(WAIT, server -> {
            if (Forge.withByte(HELLO, 0, HELLO.at(0))
                    .equals(new Frame(HELLO.shape(), SocketServer.readFrame(server)))) {
                SocketServer.write(server, OFFER.bytes());
            }
        });
        channel.sendCut(HELLO, List.of(1, 7, 31));

        assertEquals(OFFER, channel.expect("OFFER"));
    }

    @Test
    void findsAnAnswerToAPieceOfAFrame() throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        Conversation channel = open(WAIT, server -> {
            SocketServer.write(server, OFFER.bytes());
            answered.countDown();
            SocketServer.readFrame(server);
        });

        Violation violation = assertThrows(Violation.class, () -> {
            answered.await();
            channel.sendCut(HELLO, 16);
        });
        assertTrue(violation.expected().contains("nothing before the frame is whole"), violation.getMessage());
    }

    @Test
    void tellsAnotherFrameFromTheExpectedOneAndShowsBoth() throws IOException {
        Conversation channel = open(WAIT, server -> {
            SocketServer.readFrame(server);
            SocketServer.write(server, Forge.reject("POLICY", 0).bytes());
            SocketServer.readFrame(server);
        });
        channel.send(HELLO);

        Violation violation = assertThrows(Violation.class, () -> channel.expect("OFFER"));
        assertAll(
                () -> assertEquals(Violation.Kind.WRONG_ANSWER, violation.kind()),
                () -> assertEquals("a frame OFFER", violation.expected()),
                () -> assertEquals("a frame REJECT", violation.seen()),
                () -> assertTrue(
                        violation.trace().text().contains("K sent HELLO\n"),
                        violation.trace().text()),
                () -> assertTrue(
                        violation.trace().text().contains("D sent REJECT\n"),
                        violation.trace().text()),
                () -> assertTrue(
                        violation.trace().text().contains("reason         POLICY"),
                        violation.trace().text()));
    }

    @Test
    void keepsWhatWasWrittenTogetherAndInPieces() throws IOException {
        Conversation channel = open(WAIT, server -> {
            for (int i = 0; i < 3; i++) {
                SocketServer.readFrame(server);
            }
            SocketServer.write(server, new byte[] {1, 2});
        });
        channel.send(HELLO, HELLO);
        channel.sendCut(HELLO, List.of(5, 9));
        Trace trace =
                assertThrows(Violation.class, () -> channel.expect("OFFER")).trace();

        String hello = HexFormat.of().formatHex(HELLO.bytes());
        assertEquals(
                List.of(
                        new Trace.Bytes(Sender.K, "HELLO", hello, Trace.Transfer.WRITTEN, List.of()),
                        new Trace.Bytes(Sender.K, "HELLO", hello, Trace.Transfer.JOINED, List.of()),
                        new Trace.Bytes(Sender.K, "HELLO", hello, Trace.Transfer.WRITTEN, List.of(5, 9)),
                        new Trace.Bytes(Sender.D, "", "0102", Trace.Transfer.READ, List.of()),
                        new Trace.Ended(Sender.D, "D closed the channel")),
                trace.entries());
        assertTrue(trace.last(3).text().startsWith("(2 earlier entries left out)\nK sent HELLO\n"), trace::text);
        assertTrue(
                trace.text().contains("\n(in pieces, cut before bytes [5, 9])\nD sent 2 bytes: 01 02\n"), trace::text);
    }

    @Test
    void findsAReservedByteThatIsNotZero() throws IOException {
        Conversation channel = open(WAIT, server -> {
            SocketServer.write(
                    server, Forge.withByte(Forge.reject("POLICY", 0), 30, 1).bytes());
            SocketServer.readFrame(server);
        });

        Violation violation = assertThrows(Violation.class, () -> channel.expect("REJECT"));
        assertEquals("byte 30 is 0x01, not zero", violation.seen());
    }

    @Test
    void takesASilentPeerForAFaultOfItsOwnKind() throws IOException {
        Conversation channel = open(SHORT_WAIT, SocketServer::readFrame);

        Violation noFrame = assertThrows(Violation.class, () -> channel.expect("OFFER"));
        Violation noClose = assertThrows(Violation.class, channel::expectClosed);
        assertAll(
                () -> assertEquals(Violation.Kind.NO_ANSWER, noFrame.kind()),
                () -> assertEquals(Violation.Kind.NO_ANSWER, noClose.kind()),
                () -> assertEquals("nothing within 30 ms", noClose.seen()));
    }

    @Test
    void takesACloseForAnAnswerThatIsNoFrame() throws IOException {
        Conversation channel = open(WAIT, server -> SocketServer.write(server, new byte[5]));

        Violation violation = assertThrows(Violation.class, () -> channel.expect("OFFER"));
        assertEquals("the channel closed after 5 bytes: 00 00 00 00 00", violation.seen());
    }

    @Test
    void takesEndOfStreamAndResetForTheSame() throws IOException {
        Conversation ended = open(WAIT, server -> {});
        ended.expectClosed();

        Conversation reset = open(WAIT, server -> {
            SocketServer.readFrame(server);
        });
        // Closing with unread bytes resets the connection.
        reset.send(HELLO, HELLO, HELLO);
        reset.expectClosed();
    }

    @Test
    void findsAFrameBeforeTheClose() throws IOException {
        Conversation channel = open(WAIT, server -> SocketServer.write(server, OFFER.bytes()));

        Violation violation = assertThrows(Violation.class, channel::expectClosed);
        assertEquals("a frame OFFER", violation.seen());
    }

    @Test
    void showsUnmarkedFramesInTheFormThatWasExpected() throws IOException {
        Conversation channel = open(WAIT, server -> {
            SocketServer.write(
                    server, Dialect.TAGGED.response().blank().with("tag", 9).bytes());
            SocketServer.readFrame(server);
        });
        channel.send(Dialect.TAGGED.read(new Access(1, 0, 0)));

        Frame response = channel.expect(Dialect.TAGGED.response());
        assertEquals(9, response.get("tag"));
    }

    /**
     * MRK-001: no marker is searched for in a response of version 2, and still a frame of the handshake is not taken for one.
     */
    @Test
    void takesATagThatLooksLikeTheMarkerForATag() throws IOException {
        Frame response = Dialect.TAGGED.response().blank().with("status", 1).with("tag", OFFER.get("marker"));
        Conversation channel = open(WAIT, server -> {
            SocketServer.write(server, response.bytes());
            SocketServer.write(server, OFFER.bytes());
            SocketServer.readFrame(server);
        });

        assertEquals("RESPONSE_TAGGED", channel.expect(response.shape()).shape().name());
        Violation violation = assertThrows(Violation.class, () -> channel.expect(response.shape()));
        assertEquals("a frame OFFER", violation.seen());
    }

    @Test
    void sendingToAPeerThatHasClosedIsNoFaultByItself() throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        Conversation channel = open(WAIT, server -> closed.countDown());

        assertTrue(channel.hasNewsWithin(WAIT));
        channel.send(HELLO);
        channel.expectClosed();
        assertFalse(channel.isTaking(HELLO));
    }

    private Conversation open(Duration answerWithin, SocketServer.Script script) throws IOException {
        Path path = directory.resolve("s" + opened.size());
        opened.add(new SocketServer(path, script));
        Conversation conversation = new Conversation(Link.connect(path, Deadline.in(WAIT)), Sender.K, answerWithin);
        opened.add(conversation::close);
        return conversation;
    }
}
