// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drives {@link OddDriver} in a process of its own. */
class KvmPeerTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration SHORT_WAIT = Duration.ofMillis(50);

    private final RunResources resources = RunResources.create();

    @BeforeEach
    void haveScratch() {
        assertTrue(resources.socketPath().getParent().toFile().isDirectory());
    }

    @AfterEach
    void leaveNothingBehind() {
        Path directory = resources.socketPath().getParent();
        resources.close();
        assertFalse(directory.toFile().exists());
    }

    @Test
    void matchesAnswersToRequestsInAnyOrder() throws Exception {
        KvmPeer kvm = start(WAIT);
        Ticket held = kvm.ask(Request.of("hold"));
        Ticket release = kvm.ask(Request.of("release"));

        kvm.expectDone(held);
        assertTrue(kvm.isAnsweredWithin(release, Duration.ZERO));
        kvm.expectValue(release, -1);
    }

    @Test
    void handsOverTheConnectionThatTheDriverMakes() throws Exception {
        KvmPeer kvm = start(WAIT);
        Channel channel = kvm.connect(Request.of("connect"));
        kvm.expectDone(channel.connect());
        kvm.expectDone(kvm.ask(Request.of("close")));

        channel.wire().expectClosed();
    }

    @Test
    void doesNotWaitForTheConnectionOfADriverThatHasAnswered() throws Exception {
        KvmPeer kvm = start(WAIT);
        long beganNanos = System.nanoTime();
        Violation refused = assertThrows(
                Violation.class, () -> kvm.connect(Request.of("connect").with("policy", "refuse")));
        Violation gone = assertThrows(
                Violation.class, () -> kvm.connect(Request.of("connect").with("policy", "exit")));
        Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);

        assertEquals(Violation.Kind.WRONG_ANSWER, refused.kind());
        assertTrue(refused.seen().contains("no-peer"), refused.seen());
        assertEquals(Violation.Kind.GONE, gone.kind());
        assertTrue(took.compareTo(WAIT.dividedBy(2)) < 0, took::toString);
    }

    @Test
    void takesUnsupportedForNoVerdict() throws Exception {
        KvmPeer kvm = start(WAIT);

        assertThrows(NotSupported.class, () -> kvm.await(kvm.ask(Request.of("fence"))));
    }

    @Test
    void findsASecondAnswerAndALineThatIsNoAnswer() throws Exception {
        KvmPeer kvm = start(WAIT);
        kvm.expectDone(kvm.ask(Request.of("twice")));
        Violation second = assertThrows(Violation.class, () -> kvm.await(kvm.ask(Request.of("hold"))));
        Violation junk = assertThrows(Violation.class, () -> kvm.await(kvm.ask(Request.of("junk"))));

        assertAll(
                () -> assertEquals("exactly one line for each request", second.expected()),
                () -> assertEquals("not JSON", junk.seen()));
    }

    @Test
    void getsTheAnswerToALineThatIsNoRequest() throws Exception {
        KvmPeer kvm = start(WAIT);
        kvm.sendLine("what");

        assertEquals("usage", kvm.awaitWithoutId().error());
    }

    @Test
    void tellsHowADriverEndedAndStartsAnother() throws Exception {
        KvmPeer kvm = start(WAIT);
        Violation gone = assertThrows(Violation.class, () -> kvm.await(kvm.ask(Request.of("exit"))));
        kvm.end();
        kvm.begin(0);

        assertEquals(Violation.Kind.GONE, gone.kind());
        assertTrue(gone.seen().endsWith("exit code 3; last on stderr: out of | steam"), gone.seen());
        kvm.expectDone(kvm.ask(Request.of("close")));
    }

    @Test
    void takesWhatADriverAnswersAtTheEndOfItsInput() throws Exception {
        KvmPeer kvm = start(WAIT);
        Ticket held = kvm.ask(Request.of("hold"));
        kvm.endInput();

        kvm.expectDone(held);
        kvm.expectEnd();
        assertEquals(Optional.empty(), kvm.death());
        kvm.begin(0);
        kvm.expectDone(kvm.ask(Request.of("close")));
    }

    @Test
    void findsADriverThatDoesNotEndWithExitCode0() throws Exception {
        KvmPeer kvm = start(WAIT);
        kvm.expectDone(kvm.ask(Request.of("end-badly")));
        kvm.endInput();
        Violation badly = assertThrows(Violation.class, kvm::expectEnd);

        assertEquals("it ended with exit code 4", badly.seen());
    }

    @Test
    void tellsWhatTheDriverWasToldSinceItsLastConnectAndWhatItSaid() throws Exception {
        KvmPeer kvm = start(WAIT);
        kvm.begin(0);
        kvm.sendLine("before");
        kvm.awaitWithoutId();
        kvm.connect(Request.of("connect").with("policy", "off"));
        for (int i = 0; i < 20; i++) {
            kvm.expectValue(kvm.ask(Request.of("close")), -1);
        }
        Violation violation = assertThrows(Violation.class, () -> kvm.expectValue(kvm.ask(Request.of("close")), 5));
        assertFalse(kvm.explain(violation));
        List<String> lines = violation.circumstances().lines().toList();

        assertEquals("driver was told {\"id\":2,\"op\":\"connect\",\"policy\":\"off\"}", lines.get(0));
        assertTrue(lines.get(1).matches("\\(\\d+ lines left out\\)"), lines.get(1));
        assertEquals("driver was told {\"id\":23,\"op\":\"close\"}", lines.get(lines.size() - 2));
        assertTrue(lines.get(lines.size() - 1).startsWith("driver said     {\"id\":23,"), lines.get(lines.size() - 1));
        assertTrue(lines.size() < 20, violation::circumstances);
    }

    @Test
    void replacesADriverThatHangs() throws Exception {
        KvmPeer kvm = start(SHORT_WAIT);
        Violation silent = assertThrows(Violation.class, () -> kvm.await(kvm.ask(Request.of("hold"))));
        kvm.end();
        kvm.revive();

        assertEquals(Violation.Kind.NO_ANSWER, silent.kind());
    }

    private KvmPeer start(Duration answerWithin) throws URISyntaxException, NotAttached {
        Path classes = Path.of(OddDriver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        PeerCommand command = new PeerCommand(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes.toString(),
                OddDriver.class.getName(),
                PeerCommand.SOCKET));
        KvmPeer kvm = new KvmPeer(command, resources, Patience.exactly(answerWithin));
        kvm.attach();
        return kvm;
    }
}
