// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.peer.SocketPath;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.run.Examination;

/** Finds out whether a device side can be reached and judged. */
public final class DeviceDoctor {
    private final Examination examination;
    private final RunResources resources;
    private final Duration startWithin;

    /** {@code startWithin} is how long a started device may take until it listens. */
    public DeviceDoctor(Examination examination, RunResources resources, Duration startWithin) {
        this.examination = examination;
        this.resources = resources;
        this.startWithin = startWithin;
    }

    /** Starts a device and examines it. */
    public void examine(PeerStart start) throws Examination.Ended {
        SocketPath socket = new SocketPath(resources.socketPath());
        PeerProcess[] started = new PeerProcess[1];
        examination.step(
                "the command starts a program",
                "name a program that is on the PATH, or its path; no shell reads the command",
                () -> {
                    try {
                        started[0] = resources.keep(
                                PeerProcess.started(start, socket.path()).ignoringOutput());
                    } catch (IOException e) {
                        throw new NotAttached(String.valueOf(e.getMessage()));
                    }
                });
        examination.watch(() -> Optional.of(started[0].howItEnded()));
        examination.step(
                "the program makes a socket where {socket} stands",
                "run the command by hand with your own path for {socket}; it must listen there and keep running",
                () -> {
                    long beganNanos = System.nanoTime();
                    socket.await(started[0], startWithin);
                    remarkTime(beganNanos);
                });
        examination.step(
                "the program stays in the foreground",
                "switch the device's daemon mode off: the suite ends it by ending the process that it has started",
                () -> {
                    if (started[0].isLeaving()) {
                        throw new NotAttached(started[0].howItEnded());
                    }
                });
        examine(socket);
        examination.reached(
                "the program still runs", "a device serves one channel after another until a signal ends it", () -> {
                    if (started[0].hasEndedWithin(Duration.ZERO)) {
                        throw new NotAttached(started[0].howItEnded());
                    }
                });
    }

    /** Examines a device that the suite has not started. */
    public void examine(Path path) throws Examination.Ended {
        SocketPath socket = new SocketPath(path);
        examination.step(
                "the path is short enough for a socket",
                "let the device listen at a shorter path, such as one in /tmp",
                () -> socket.requireShort());
        examination.step(
                "something is at the path",
                "start the device first; if it runs, compare the path that it listens at",
                () -> socket.requireSomething());
        examine(socket);
    }

    private void examine(SocketPath socket) throws Examination.Ended {
        examination.step(
                "it is a socket",
                "remove the file there and let the device bind to the path; the path of a connected socket does not listen",
                () -> socket.requireSocket());
        examination.step(
                "it accepts a connection",
                "\"refused\": the socket was left by a process that has ended, or nobody calls listen; \"wrong type\": the device"
                        + " must listen with SOCK_STREAM",
                () -> socket.requireListener());
        examine(DevicePeer.at(socket.path(), resources, Patience.calibrated()));
    }

    private void examine(DevicePeer device) throws Examination.Ended {
        Negotiation[] offered = new Negotiation[1];
        examination.reached(
                "it answers a HELLO",
                DevicePeer.helloAdvice()
                        + "; a device that closes, is silent, or answers with plain data does not know the handshake",
                () -> answerOf(device));
        examination.reached(
                "the OFFER has the right layout",
                "compare each field with the table of OFFER in the document; numbers are little-endian",
                () -> {
                    offered[0] = Negotiation.detached(device);
                    offered[0].requireWindow();
                    Frame offer = offered[0].offer();
                    examination.remark("versions 0x%x, features 0x%x, window %d"
                            .formatted(offer.get("versions"), offer.get("features"), offer.get("max_inflight")));
                });
        Session[] session = new Session[1];
        examination.reached(
                "it accepts version 1",
                "a device must offer version 1, and must answer a SELECT with the right digest by ACCEPT; if its own digest is"
                        + " wrong, this step fails too",
                () -> session[0] = offered[0].open(Dialect.INFO_WORD, new Choice(1, 0, 1)));
        examination.reached(
                "it serves the conformance device",
                "serve the registers of annex B in regions 1 and 2; each channel begins with all state at zero",
                () -> servesTheAnnex(session[0]));
        examination.reached(
                "it serves a second channel beside the first",
                "accept while another channel is open: the suite holds up to 64 at a time",
                () -> {
                    servesTheAnnex(Session.plain(device));
                    device.end();
                });
    }

    /** Any frame is an answer. */
    private void answerOf(DevicePeer device) {
        Conversation channel = device.connect();
        long beganNanos = System.nanoTime();
        channel.send(Negotiation.plainHello(device, Dialect.INFO_WORD));
        Frame answer = channel.next("OFFER", Dialect.INFO_WORD.response());
        if (!answer.shape().name().equals("OFFER")) {
            throw channel.violation(
                    "a frame OFFER", "a frame " + answer.shape().name() + ", as a legacy device gives it");
        }
        remarkTime(beganNanos);
    }

    private void remarkTime(long beganNanos) {
        examination.remark(
                "after " + Duration.ofNanos(System.nanoTime() - beganNanos).toMillis() + " ms");
    }

    private static void servesTheAnnex(Session session) {
        for (int i = 0; i < 2; i++) {
            session.holds(AnnexDevice.COUNTER, i);
        }
        session.does(session.write(AnnexDevice.at(0), 0x0123_4567_89ab_cdefL), 0);
        session.holds(0, 0x0123_4567_89ab_cdefL);
        session.holds(AnnexDevice.READS, 3);
        session.holds(AnnexDevice.WRITES, 1);
    }
}
