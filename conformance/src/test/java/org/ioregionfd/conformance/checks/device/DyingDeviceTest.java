// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.ioregionfd.conformance.faults.inner.InnerProcess;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.peer.SocketServer;
import org.ioregionfd.conformance.rules.ClauseBook;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Examination;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Verdict;
import org.ioregionfd.conformance.run.RunSettings;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.RunSettings.KnownFailures;
import org.ioregionfd.conformance.run.RunSettings.Seed;
import org.ioregionfd.conformance.run.RunSettings.Selection;
import org.ioregionfd.conformance.run.Subject;
import org.ioregionfd.conformance.run.SubjectRun;
import org.ioregionfd.conformance.run.Trials.Trial;
import org.ioregionfd.conformance.run.Trials.Watcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A device whose process ends in its first handshake: one outcome, and its last words, whoever meets it. */
class DyingDeviceTest {
    private static final String LAST_WORDS =
            "it ended with exit code 1; last on stderr: java.lang.IllegalStateException: no handler";

    private final RunResources resources = RunResources.create();

    @AfterEach
    void end() {
        resources.close();
    }

    @Test
    void aHelloThatKillsItFailsTheRunWhateverIsSelected() throws Exception {
        SubjectRun run = judged(dyingWhen(SocketServer::readFrame));
        Result failed = run.results().stream()
                .filter(result -> result.verdict() == Verdict.FAILED)
                .findFirst()
                .orElseThrow();

        assertEquals("OFR-001/answers-a-plain-hello", failed.check().name());
        assertEquals("OFR-001", failed.finding().orElseThrow().broken());
        assertTrue(failed.finding().orElseThrow().circumstances().contains(LAST_WORDS), failed::toString);
        assertEquals(1, run.count(Verdict.FAILED));
        assertEquals(run.results().size() - 1, run.count(Verdict.NOT_RUN));
    }

    /** As it ends by itself, or of a connection, no clause is broken that the suite could name. */
    @Test
    void aConnectionThatEndsItLeavesItUnattached() {
        NotAttached why = assertThrows(NotAttached.class, () -> judged(dyingWhen(channel -> {})));

        assertTrue(String.valueOf(why.getMessage()).contains(LAST_WORDS), why::getMessage);
    }

    @Test
    void theDoctorShowsItsLastWords() {
        List<String> lines = new ArrayList<>();
        DeviceDoctor doctor = new DeviceDoctor(new Examination(lines::add), resources, Duration.ofSeconds(20));
        assertThrows(Examination.Ended.class, () -> doctor.examine(dyingWhen(SocketServer::readFrame)));

        assertTrue(
                lines.contains("wrong  it answers a HELLO: expected a frame OFFER, seen the channel closed"),
                lines::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("       its process: " + LAST_WORDS)), lines::toString);
    }

    private SubjectRun judged(PeerStart start) throws Exception {
        Subject subject = DeviceSuite.started("a device", "device", start, resources, Patience.calibrated());
        RunSettings settings = new RunSettings(
                new Selection(List.of("V2"), List.of()), new Seed(1), Effort.QUICK, 1, 0, 1, KnownFailures.NONE);
        List<Check> selected = settings.of(Check.in(subject.checkClasses()));
        return new Trial(subject, selected, ClauseBook.standard(), settings, Watcher.NONE).run();
    }

    /** One that ends as soon as {@code event} has come on a channel. */
    private static PeerStart dyingWhen(SocketServer.Script event) {
        return socket -> {
            CountDownLatch dying = new CountDownLatch(1);
            SocketServer.Script script = (SocketChannel channel) -> {
                event.talk(channel);
                dying.countDown();
            };
            return new InnerProcess(
                    (in, out) -> {
                        try (SocketServer server = new SocketServer(socket, script)) {
                            dying.await();
                            throw new IllegalStateException(
                                    "no handler at " + server.path().getFileName());
                        }
                    },
                    dying::countDown);
        };
    }
}
