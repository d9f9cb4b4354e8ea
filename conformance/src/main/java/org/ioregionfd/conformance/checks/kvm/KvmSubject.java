// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerStart;
import org.ioregionfd.conformance.peer.Scratch;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Subject;

/** A KVM side to be judged, through its driver. */
public final class KvmSubject implements Subject {
    private final String title;
    private final String command;
    private final PeerStart start;
    private final Scratch scratch;
    private final Patience patience;
    private final KvmPeer peer;

    private KvmSubject(String title, String command, PeerStart start, Scratch scratch, Patience patience) {
        this.title = title;
        this.command = command;
        this.start = start;
        this.scratch = scratch;
        this.patience = patience;
        this.peer = new KvmPeer(start, scratch, patience);
    }

    /**
     * A KVM side whose driver the suite starts.
     *
     * @param title how reports call it
     * @param command how the user judges it again: a command of the program and its operands
     */
    public static KvmSubject started(
            String title, String command, PeerStart start, Scratch scratch, Patience patience) {
        return new KvmSubject(title, command, start, scratch, patience);
    }

    @Override
    public Sender side() {
        return Sender.K;
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
        return KvmSuite.classes();
    }

    @Override
    public UnderTest attach() throws NotAttached {
        peer.attach();
        return peer;
    }

    @Override
    public Patience patience() {
        return patience;
    }

    @Override
    public Subject twin() {
        return new KvmSubject(title, command, start, scratch, patience);
    }

    /** A driver tells what it cannot do when it is asked for it, request by request. */
    @Override
    public Survey survey() {
        return new Survey(Set.of(), "the driver answers", Optional.empty());
    }
}
