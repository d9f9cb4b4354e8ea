// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Hellos;
import org.ioregionfd.conformance.checks.arbitraries.Selects;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.SelectOracle;
import org.ioregionfd.conformance.run.Check.Clause;

/** Whole handshakes, right and wrong in every way, with each answer worked out beforehand. */
@Checks
public class HandshakeChecks {
    private static final Registry REGISTRY = Registry.standard();

    @Property
    @Clause({
        "ACC-001", "SEL-010", "SEL-011", "SEL-012", "SEL-013", "SEL-014", "SEL-015", "SEL-016", "DST-004", "HEL-011",
        "HEL-012", "HEL-013", "CHN-002", "OFR-001", "OFR-002", "OFR-003", "OFR-008", "DIG-002", "ABT-003", "REJ-001",
        "DST-007"
    })
    void answersAnyHandshakeAsTheDocumentSays(
            DevicePeer device,
            @ForAll(supplier = Hellos.class) List<Hellos.Draft> hellos,
            @ForAll(supplier = Selects.class) Selects.Draft select,
            @ForAll boolean isJoined) {
        Conversation channel = device.connect();
        AnnexDevice annex = new AnnexDevice();
        Hellos.Draft last = hellos.get(hellos.size() - 1);
        Opening opening = Opening.begun(channel, annex, hellos, isJoined);
        answer(opening, select, layout(last), annex);
    }

    /** The last OFFER of some HELLOs, and the HELLO, if it was not sent: it comes in one write with what answers the OFFER. */
    record Opening(Negotiation offered, List<Frame> unsent) {
        /** Sends {@code hellos}; the last one, where another came before, only if it is not {@code isJoined} with what follows. */
        static Opening begun(Conversation channel, AnnexDevice annex, List<Hellos.Draft> hellos, boolean isJoined) {
            Negotiation offered = greet(channel, annex, hellos.get(0));
            int last = hellos.size() - 1;
            for (int i = 1; i <= last; i++) {
                if (i == last && isJoined) {
                    Frame hello = hello(hellos.get(last));
                    // [OFR-008] what it will be answered with is known
                    return new Opening(offered.next(hello, value(annex, hellos.get(last))), List.of(hello));
                }
                Negotiation next = greet(channel, annex, hellos.get(i));
                next.requireTermsOf(offered.offer());
                offered = next;
            }
            return new Opening(offered, List.of());
        }

        /** The HELLO that was not sent, and {@code frames}. */
        List<Frame> with(Frame... frames) {
            return Stream.concat(unsent.stream(), Stream.of(frames)).toList();
        }

        /** Takes the OFFER of the HELLO that was sent with what follows it. */
        void requireAnswer() {
            if (!unsent.isEmpty()) {
                offered.requireAnswer();
            }
        }
    }

    /** Sends a HELLO, and requires the OFFER with the right value of the READ. */
    static Negotiation greet(Conversation channel, AnnexDevice annex, Hellos.Draft draft) {
        Negotiation offered = Negotiation.start(channel, hello(draft));
        offered.requireValue(value(annex, draft));
        return offered;
    }

    static Frame hello(Hellos.Draft draft) {
        Dialect layout = layout(draft);
        Frame hello = draft.isDetached()
                ? Forge.detachedHello(layout, draft.nonce())
                : Forge.attachedHello(layout, draft.access(), draft.nonce());
        return hello.with("data", draft.data());
    }

    /** What its OFFER holds, after what {@code annex} has done. */
    static long value(AnnexDevice annex, Hellos.Draft draft) {
        return draft.isDetached() ? 0 : annex.read(draft.access()).data();
    }

    static Dialect layout(Hellos.Draft draft) {
        return draft.isInfoWord() ? Dialect.INFO_WORD : Dialect.BYTE_FIELDS;
    }

    private static void answer(Opening opening, Selects.Draft draft, Dialect layout, AnnexDevice annex) {
        Negotiation offered = opening.offered();
        Conversation channel = offered.channel();
        Frame frame = frame(offered, draft);
        if (isHello(frame)) {
            channel.send(opening.with(frame));
            opening.requireAnswer();
            Negotiation.answered(channel, new Frame(REGISTRY.shape("HELLO"), frame.bytes()));
            return;
        }
        if (isAbort(frame)) {
            // [DST-007] nothing that comes with it is answered
            channel.send(opening.with(frame, offered.hello()));
            opening.requireAnswer();
            channel.expectClosed();
            return;
        }
        Optional<SelectOracle.Refusal> refusal = SelectOracle.refusalOf(offered, frame);
        if (refusal.isPresent()) {
            channel.send(opening.with(frame, offered.hello(), frame));
            opening.requireAnswer();
            offered.expectReject(refusal.get().reason(), refusal.get().detail());
            channel.expectClosed();
            return;
        }
        channel.send(opening.unsent());
        opening.requireAnswer();
        Frame answer = offered.answerTo(frame);
        if (Negotiation.missing(answer) != 0) {
            // [SEL-017] what the device requires, and only that, ends this handshake as it has to
            channel.require(
                    "required features that were selected", 0, Negotiation.missing(answer) & frame.get("features"));
            channel.expectClosed();
            return;
        }
        offered.requireAccept(frame, answer);
        Session session = Session.after(channel, layout, (int) frame.get("version"));
        Access reads = AnnexDevice.at(AnnexDevice.READS);
        session.does(session.read(reads), annex.read(reads).data());
    }

    private static Frame frame(Negotiation offered, Selects.Draft draft) {
        int granted = draft.version() == 2 ? offered.windowFor(2) : 1;
        int window = draft.isRelative() ? Math.max(0, granted + draft.window()) : draft.window();
        Frame select = offered.select(
                new Choice(draft.version(), Registry.ruledFeatures(draft.features()), Math.min(window, 0xffff)));
        if (draft.reserved() >= 0) {
            select = Forge.withByte(select, draft.reserved(), 0x80);
        }
        select = offered.sealed(Forge.withByte(select, 0, draft.op()).with("kind", draft.kind()));
        return select.with("digest", select.get("digest") ^ Integer.toUnsignedLong(draft.digest()));
    }

    private static boolean isAbort(Frame frame) {
        return frame.get("kind") == REGISTRY.shape("ABORT").kind().orElseThrow() && frame.at(0) == 0x0f;
    }

    private static boolean isHello(Frame frame) {
        return frame.get("kind") == REGISTRY.shape("HELLO").kind().orElseThrow()
                && REGISTRY.readHeads().stream()
                        .anyMatch(head -> head.byte0() == frame.at(0) && head.byte1() == frame.at(1));
    }
}
