// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.conformance.peer.LonePeer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerStart;
import org.ioregionfd.conformance.peer.Scratch;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Subject;

/** A KVM side without a driver, to be judged by what it does by itself: level 0. */
public final class LoneSubject implements Subject {
    private final String command;
    private final PeerStart start;
    private final Scratch scratch;
    private final Patience patience;
    private final LonePeer peer;

    /**
     * A program that connects by itself.
     *
     * @param command how the user judges it again: a command of the program and its operands
     */
    public LoneSubject(String command, PeerStart start, Scratch scratch, Patience patience) {
        this.command = command;
        this.start = start;
        this.scratch = scratch;
        this.patience = patience;
        this.peer = new LonePeer(start, scratch, patience);
    }

    /** Whether the check of this name is one of level 0, and not of a KVM side with a driver. */
    public static boolean isItsOwn(String check) {
        return check.endsWith("@" + LoneChecks.VARIANT);
    }

    @Override
    public Sender side() {
        return Sender.K;
    }

    @Override
    public String kind() {
        return "KVM side at level 0";
    }

    @Override
    public String title() {
        return "KVM side without a driver";
    }

    @Override
    public String command() {
        return command;
    }

    /** Those with a driver too, so that a report shows what was not looked at. */
    @Override
    public List<Class<?>> checkClasses() {
        List<Class<?>> classes = new ArrayList<>(KvmSuite.classes());
        classes.add(LoneChecks.class);
        return classes;
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
        return new LoneSubject(command, start, scratch, patience);
    }

    @Override
    public Survey survey() {
        return new Survey(Set.of(), "level 0: connects and negotiates by itself", Optional.empty());
    }
}
