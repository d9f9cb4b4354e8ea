// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.DeviceSocket;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerStart;
import org.ioregionfd.conformance.peer.Scratch;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Subject;

/** A device side to be judged. */
public final class DeviceSubject implements Subject {
    private final String title;
    private final String command;
    private final Supplier<DeviceSocket> sockets;
    private final Patience patience;
    private final DeviceSocket socket;
    private final DevicePeer peer;

    private DeviceSubject(String title, String command, Supplier<DeviceSocket> sockets, Patience patience) {
        this.title = title;
        this.command = command;
        this.sockets = sockets;
        this.patience = patience;
        this.socket = sockets.get();
        this.peer = new DevicePeer(socket, patience);
    }

    /** A device that listens at {@code path} already. */
    public static DeviceSubject listening(Path path, Scratch scratch, Patience patience) {
        return new DeviceSubject(
                "device at a Unix socket", "device --unix " + path, () -> DeviceSocket.at(path, scratch), patience);
    }

    /**
     * A device that the suite starts.
     *
     * @param title how reports call it
     * @param command how the user judges it again: a command of the program and its operands
     */
    public static DeviceSubject started(
            String title, String command, PeerStart start, Scratch scratch, Patience patience) {
        return new DeviceSubject(title, command, () -> DeviceSocket.startedBy(start, scratch), patience);
    }

    @Override
    public Sender side() {
        return Sender.D;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String command() {
        return command;
    }

    @Override
    public List<Class<?>> checkClasses() {
        return DeviceSuite.classes();
    }

    @Override
    public UnderTest attach() throws NotAttached {
        socket.attach();
        return peer;
    }

    @Override
    public Patience patience() {
        return patience;
    }

    @Override
    public Subject twin() {
        return new DeviceSubject(title, command, sockets, patience);
    }

    @Override
    public Survey survey() {
        return DeviceSurvey.of(peer.patient());
    }
}
