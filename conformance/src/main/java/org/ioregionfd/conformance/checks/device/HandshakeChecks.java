// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import java.util.Optional;
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
        "HEL-012", "HEL-013", "OFR-002", "OFR-003", "OFR-008", "DIG-002", "ABT-003", "REJ-001"
    })
    void answersAnyHandshakeAsTheDocumentSays(
            DevicePeer device,
            @ForAll(supplier = Hellos.class) List<Hellos.Draft> hellos,
            @ForAll(supplier = Selects.class) Selects.Draft select) {
        Conversation channel = device.connect();
        AnnexDevice annex = new AnnexDevice();
        Negotiation offered = greet(channel, annex, hellos.get(0));
        for (Hellos.Draft again : hellos.subList(1, hellos.size())) {
            Negotiation next = greet(channel, annex, again);
            next.requireTermsOf(offered.offer());
            offered = next;
        }
        Hellos.Draft last = hellos.get(hellos.size() - 1);
        answer(offered, select, last.isInfoWord() ? Dialect.INFO_WORD : Dialect.BYTE_FIELDS, annex);
    }

    /** Sends a HELLO, and requires the OFFER with the right value of the READ. */
    private static Negotiation greet(Conversation channel, AnnexDevice annex, Hellos.Draft draft) {
        Dialect layout = draft.isInfoWord() ? Dialect.INFO_WORD : Dialect.BYTE_FIELDS;
        Access access = draft.access();
        Frame hello = draft.isDetached()
                ? Forge.detachedHello(layout, draft.nonce())
                : Forge.attachedHello(layout, access, draft.nonce());
        Negotiation offered = Negotiation.start(channel, hello.with("data", draft.data()));
        long value = draft.isDetached() ? 0 : annex.read(access).data();
        offered.requireValue(value);
        return offered;
    }

    private static void answer(Negotiation offered, Selects.Draft draft, Dialect layout, AnnexDevice annex) {
        Conversation channel = offered.channel();
        Frame frame = frame(offered, draft);
        if (isAbort(frame)) {
            channel.isClosedBy(frame);
            return;
        }
        if (isHello(frame)) {
            Negotiation.start(channel, new Frame(REGISTRY.shape("HELLO"), frame.bytes()));
            return;
        }
        Optional<SelectOracle.Refusal> refusal = SelectOracle.refusalOf(offered, frame);
        if (refusal.isPresent()) {
            offered.refuses(frame, refusal.get().reason(), refusal.get().detail());
            return;
        }
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
