// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.ioregionfd.conformance.checks.arbitraries.AccessPrograms;
import org.ioregionfd.conformance.checks.arbitraries.Lives.End;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Kind;
import org.ioregionfd.conformance.checks.arbitraries.Scripts.Step;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.InFlight;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sending;

/**
 * Plays a script on a channel within the window, and compares each response with the model. When only held READs and one
 * place in the window are left, it releases the first of them, because otherwise it could send nothing more.
 */
final class ScriptRun {
    /** Versions 0 and 1 have no window that D could see; so many commands are sent ahead. */
    private static final int AHEAD_MAX = 12;

    /** So many commands more may wait at the end. */
    private static final int MORE_MAX = 5;

    private static final int SIZES = AnnexDevice.QUAD + 1;

    /** A larger window is not filled for one wrong command: it takes longer, and is seldom granted. */
    private static final int FILLED_MAX = 256;

    private final Session session;
    private final AnnexDevice annex;
    private final Sending sending;
    private final Tags tags;
    private final InFlight model;
    private final int limit;
    private final List<Frame> unsent = new ArrayList<>();
    private byte[] tail = {};
    private Runnable opening = () -> {};

    /** A run on a new channel on which K sends by these terms. */
    ScriptRun(Session session, Sending sending) {
        this(session, sending, new AnnexDevice(), new Tags(0, 1));
    }

    /** A run on a channel that has done to the device what {@code annex} says. */
    ScriptRun(Session session, Sending sending, AnnexDevice annex, Tags tags) {
        this.session = session;
        this.annex = annex;
        this.sending = sending;
        this.tags = tags;
        this.model = new InFlight(sending.features());
        this.limit = sending.dialect() == Dialect.TAGGED ? sending.window() : AHEAD_MAX;
    }

    /** Sends {@code frames} before the script, in one write with it; {@code answers} takes what answers them. */
    void beginWith(List<Frame> frames, Runnable answers) {
        unsent.addAll(frames);
        opening = answers;
    }

    /** Plays all of {@code script}, releases what is held, and requires that nothing was done twice or left out. */
    void play(List<Step> script) {
        script.forEach(this::play);
        end(End.ALL_ANSWERED, 0);
    }

    /** Ends the channel so, or, if all is answered, leaves it open. Requires all responses that are due before the end, and no other. */
    void end(End end, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        if (end == End.ALL_ANSWERED) {
            answerAll(random.nextInt(SIZES));
            return;
        }
        if (end == End.END_OF_STREAM || end == End.FRAGMENT) {
            // Served, the fragment would release what is held.
            unsent.addAll(end == End.FRAGMENT ? releases(random).subList(0, 1) : List.of());
            flush(end == End.FRAGMENT ? 1 + random.nextInt(Registry.FRAME_LENGTH - 1) : 0);
            tail = new byte[0];
            session.channel().finish();
        } else {
            unsent.add(wrong(end, random));
            // Nothing that comes behind it is looked at.
            unsent.addAll(releases(random));
        }
        collect();
        session.channel().expectClosed();
    }

    /** A frame that closes the channel. */
    private Frame wrong(End end, SplittableRandom random) {
        boolean canWait = sending.dialect() == Dialect.TAGGED && limit > 1;
        if (end == End.VIOLATION || !canWait || (end == End.WINDOW_EXCEEDED && limit > FILLED_MAX)) {
            return WrongCommands.any(session, random);
        }
        if (end == End.WINDOW_EXCEEDED) {
            // What is answered meanwhile counts no more.
            collect();
        }
        makeRoom();
        read(AnnexDevice.at(AnnexDevice.HOLD, random.nextInt(SIZES)));
        int more = end == End.WINDOW_EXCEEDED ? limit : random.nextInt(MORE_MAX);
        for (int i = 0; i < more && model.count() < limit; i++) {
            sendWaiting(random);
        }
        List<Frame> commands = new ArrayList<>(releases(random));
        commands.add(session.read(AnnexDevice.at(0)));
        if (sending.knows(Op.FENCE)) {
            commands.add(session.fence());
        }
        Frame command = commands.get(random.nextInt(commands.size()));
        List<InFlight.Unanswered> waiting = model.waiting();
        long used = waiting.get(random.nextInt(waiting.size())).frame().get("tag");
        return Dialect.tagged(command, end == End.TAG_IN_USE ? used : tags.next(model));
    }

    /** Sends one more command that waits: a READ of HOLD, or behind one a FENCE, or without OUT_OF_ORDER any. */
    private void sendWaiting(SplittableRandom random) {
        int kind = random.nextInt(4);
        if (kind == 0 && sending.knows(Op.FENCE)) {
            fence();
        } else if (kind == 1 && !model.isOutOfOrder()) {
            read(AnnexDevice.at(0, random.nextInt(SIZES)));
        } else {
            long region = random.nextBoolean() ? AnnexDevice.REGION : AnnexDevice.OTHER_REGION;
            read(new Access(region, AnnexDevice.HOLD, random.nextInt(SIZES)));
        }
    }

    private List<Frame> releases(SplittableRandom random) {
        return LongStream.of(AnnexDevice.REGION, AnnexDevice.OTHER_REGION)
                .mapToObj(region -> session.write(
                        new Access(region, AnnexDevice.RELEASE, random.nextInt(SIZES)), random.nextLong()))
                .toList();
    }

    private void answerAll(int size) {
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
            for (int place = 0; place < AccessPrograms.OFTEN_LENGTH; place += Long.BYTES) {
                makeRoom();
                read(new Access(region, AccessPrograms.OFTEN + place, AnnexDevice.QUAD));
            }
            for (long register : new long[] {AnnexDevice.READS, AnnexDevice.WRITES, AnnexDevice.COUNTER}) {
                makeRoom();
                read(new Access(region, register, size));
            }
        }
        collect();
    }

    /** Plays one step. */
    void play(Step step) {
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
                    fence();
                }
            }
            case WRITE, RELEASE -> {
                makeRoom();
                write(step.access(), step.data());
            }
            case POST, POST_RELEASE -> {
                if (sending.knows(Op.POSTED)) {
                    post(step.access(), step.data());
                } else {
                    play(new Step(Kind.WRITE, step.access(), step.data()));
                }
            }
        }
    }

    /** One place is kept for a RELEASE, unless it needs none. */
    private void makeRoom() {
        int room = canPostRelease() ? limit : limit - 1;
        if (model.count() >= Math.max(1, room)) {
            collect();
        }
        while (model.count() > 0 && model.count() >= room) {
            release(annex.heldRegion().orElseThrow());
            collect();
        }
    }

    private boolean canPostRelease() {
        return sending.dialect() == Dialect.TAGGED && sending.knows(Op.POSTED);
    }

    private void fence() {
        Frame fence = withTag(session.fence());
        unsent.add(fence);
        model.fence(fence);
    }

    private void read(Access access) {
        Frame read = withTag(session.read(access));
        unsent.add(read);
        model.add(read, sending.window() > 1 ? annex.hold(access) : ended(annex.read(access)));
    }

    private void write(Access access, long data) {
        Frame write = withTag(session.write(access, data));
        unsent.add(write);
        model.add(write, ended(annex.write(access, data)));
    }

    private Frame withTag(Frame command) {
        return sending.dialect() == Dialect.TAGGED ? Dialect.tagged(command, tags.next(model)) : command;
    }

    private static Supplier<Optional<AnnexDevice.End>> ended(AnnexDevice.End end) {
        return () -> Optional.of(end);
    }

    private void release(long region) {
        Access release = new Access(region, AnnexDevice.RELEASE, AnnexDevice.QUAD);
        if (model.count() < limit) {
            write(release, model.count());
        } else {
            post(release, model.count());
        }
    }

    private void post(Access access, long data) {
        unsent.add(session.posted(access, data));
        annex.write(access, data);
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

    /** Sends what is not sent, and takes every response that is due. */
    void collect() {
        flush(0);
        opening.run();
        opening = () -> {};
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
