// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Step;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.InFlight;
import org.ioregionfd.conformance.rules.Sending;

/**
 * Plays a script on a channel within the window, and compares each response with the model. When only held READs and one
 * place in the window are left, it releases the first of them, because otherwise it could send nothing more.
 */
final class ScriptRun {
    /** Versions 0 and 1 have no window that D could see; so many commands are sent ahead. */
    private static final int AHEAD_MAX = 12;

    private final Session session;
    private final AnnexDevice annex = new AnnexDevice();
    private final Sending sending;
    private final InFlight model;
    private final int limit;
    private final List<Frame> unsent = new ArrayList<>();
    private byte[] tail = {};

    /** A run on a channel on which K sends by these terms. */
    ScriptRun(Session session, Sending sending) {
        this.session = session;
        this.sending = sending;
        this.model = new InFlight(sending.features());
        this.limit = sending.dialect() == Dialect.TAGGED ? sending.window() : AHEAD_MAX;
    }

    /** Plays all of {@code script}, releases what is held, and requires that nothing was done twice or left out. */
    void play(List<Step> script) {
        script.forEach(this::play);
        collect();
        while (annex.heldRegion().isPresent()) {
            if (model.isOutOfOrder() && model.count() < limit - 1) {
                // An early answer would come before this one.
                read(AnnexDevice.at(AnnexDevice.COUNTER));
                collect();
            }
            release(annex.heldRegion().orElseThrow());
            collect();
        }
        session.channel().require("responses outstanding", 0, model.count());
        for (long region : new long[] {AnnexDevice.REGION, AnnexDevice.OTHER_REGION}) {
            for (long register : new long[] {AnnexDevice.READS, AnnexDevice.WRITES}) {
                makeRoom();
                read(new Access(region, register, AnnexDevice.QUAD));
            }
        }
        collect();
    }

    private void play(Step step) {
        switch (step.kind()) {
            case FLUSH -> flush((int) step.data());
            case COLLECT -> collect();
            case READ, HOLD -> {
                makeRoom();
                read(step.access());
            }
            case FENCE -> {
                if (sending.knows(Op.FENCE)) {
                    makeRoom();
                    Frame fence = session.fence();
                    unsent.add(fence);
                    model.fence(fence);
                }
            }
            case WRITE, RELEASE -> {
                makeRoom();
                write(step.access(), step.data());
            }
            case POST, POST_RELEASE -> {
                if (sending.knows(Op.POSTED)) {
                    unsent.add(session.posted(step.access(), step.data()));
                    annex.write(step.access(), step.data());
                } else {
                    play(new Step(Kind.WRITE, step.access(), step.data()));
                }
            }
        }
    }

    private void makeRoom() {
        if (model.count() >= Math.max(1, limit - 1)) {
            collect();
        }
        while (model.count() > 0 && model.count() >= limit - 1) {
            release(annex.heldRegion().orElseThrow());
            collect();
        }
    }

    private void read(Access access) {
        Frame read = session.read(access);
        unsent.add(read);
        model.add(read, sending.window() > 1 ? annex.hold(access) : ended(annex.read(access)));
    }

    private void write(Access access, long data) {
        Frame write = session.write(access, data);
        unsent.add(write);
        model.add(write, ended(annex.write(access, data)));
    }

    private static Supplier<Optional<End>> ended(End end) {
        return () -> Optional.of(end);
    }

    private void release(long region) {
        write(new Access(region, AnnexDevice.RELEASE, AnnexDevice.QUAD), model.count());
    }

    /** Sends all waiting bytes except the last {@code kept}. */
    private void flush(int kept) {
        if (kept == 0 && tail.length == 0) {
            if (!unsent.isEmpty()) {
                session.channel().send(unsent);
            }
        } else {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(tail);
            unsent.forEach(frame -> bytes.writeBytes(frame.bytes()));
            byte[] all = bytes.toByteArray();
            int now = Math.max(0, all.length - kept);
            if (now > 0) {
                session.channel().sendBytes(Arrays.copyOf(all, now));
            }
            tail = Arrays.copyOfRange(all, now, all.length);
        }
        unsent.clear();
    }

    private void collect() {
        flush(0);
        while (model.due() > 0) {
            Frame response = session.channel().expect(session.dialect().response());
            InFlight.Unanswered command = answeredBy(response);
            session.requireEnd(response, command.end());
            model.answered(command);
        }
    }

    private InFlight.Unanswered answeredBy(Frame response) {
        return model.answeredBy(response)
                .orElseThrow(() -> session.channel()
                        .violation(
                                "the tag of a command that is to be answered now: "
                                        + model.next().stream()
                                                .map(candidate ->
                                                        candidate.frame().get("tag"))
                                                .toList(),
                                "tag " + response.get("tag")));
    }
}
