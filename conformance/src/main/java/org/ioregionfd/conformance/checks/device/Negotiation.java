// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import org.ioregionfd.conformance.checks.arbitraries.Lives.Terms;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Hints;
import org.ioregionfd.conformance.rules.Offered;
import org.ioregionfd.conformance.rules.Registry;

/** A channel on which a HELLO was answered by an OFFER: the device is in Offered. */
record Negotiation(Conversation channel, Frame hello, Frame offer) implements Offered {
    private static final Registry REGISTRY = Registry.standard();

    /** How many nonces there are. */
    private static final int NONCES = 1 << Byte.SIZE;

    /** A new channel after a detached HELLO in {@code layout}, and its OFFER. */
    static Negotiation detached(DevicePeer device, Dialect layout) {
        return start(device.connect(), plainHello(device, layout));
    }

    /** A detached HELLO in {@code layout}. */
    static Frame plainHello(DevicePeer device, Dialect layout) {
        return Forge.detachedHello(layout, nonce(device));
    }

    /** The same in the info-word layout, for checks in which the layout does not matter. */
    static Negotiation detached(DevicePeer device) {
        return detached(device, Dialect.INFO_WORD);
    }

    /** Sends {@code hello} and takes the OFFER that must answer it. OFR-001, OFR-002 */
    static Negotiation start(Conversation channel, Frame hello) {
        channel.send(hello);
        return answered(channel, hello);
    }

    /** Takes the OFFER that must answer {@code hello}, which was sent. */
    static Negotiation answered(Conversation channel, Frame hello) {
        Frame offer = Violation.breaking("OFR-001", () -> channel.expect("OFFER"));
        require("OFR-002", channel, "nonce (that of the HELLO)", hello.get("nonce"), offer.get("nonce"), "");
        return new Negotiation(channel, hello, offer);
    }

    /** A nonce of this check. */
    static long nonce(DevicePeer device) {
        return device.random().nextInt(NONCES);
    }

    /** Requires this OFFER to grant the same as {@code other} of the same device. OFR-008 */
    void requireTermsOf(Frame other) {
        for (String field : List.of("versions", "features", "max_inflight", "reserved")) {
            require("OFR-008", channel, field + " (as in its other OFFERs)", other.get(field), offer.get(field), "");
        }
    }

    /** What comes of another {@code hello} on this channel, whose READ gives {@code value}. OFR-008 */
    Negotiation next(Frame hello, long value) {
        return new Negotiation(
                channel, hello, offer.with("nonce", hello.get("nonce")).with("value", value));
    }

    /** Takes the OFFER, which is known. OFR-008 */
    void requireAnswer() {
        Negotiation answered = answered(channel, hello);
        answered.requireTermsOf(offer);
        answered.requireValue(offer.get("value"));
    }

    /**
     * As much of {@code terms} as the OFFER allows, and the features that the device requires besides; not supported where it does
     * not list the version, or refuses it because of its user. SEL-017, SEL-018
     */
    Choice possible(DevicePeer device, Terms terms) {
        int version = terms.version();
        if (!isListed(version)) {
            throw new NotSupported("version " + version);
        }
        int granted = windowFor(version);
        int window = terms.window() < Terms.WHOLE_WINDOW ? Math.min(terms.window(), granted) : granted;
        Choice choice = new Choice(version, terms.features() & featuresFor(version), window);
        Session opened = Session.agreed(device, Dialect.INFO_WORD, choice);
        opened.channel().close();
        return choice.withFeatures(opened.service().features());
    }

    /** Requires the OFFER to grant a window at all. OFR-006 */
    void requireWindow() {
        if (offer.get("max_inflight") == 0) {
            throw channel.violation("max_inflight of 1 or more", "max_inflight 0")
                    .breaking("OFR-006");
        }
    }

    /** Requires the OFFER to hold this value of its HELLO's READ. OFR-003 */
    void requireValue(long value) {
        require("OFR-003", channel, "value", value, offer.get("value"), "");
    }

    /** What the device answers to {@code select}, which is right: ACCEPT, or REJECT by its user's will. ACC-001 */
    Frame answerTo(Frame select) {
        channel.send(select);
        return Violation.breaking("ACC-001", this::nextAnswer);
    }

    private Frame nextAnswer() {
        return channel.next("ACCEPT", Dialect.INFO_WORD.response());
    }

    /** The features that the device requires besides those of the SELECT that it refuses with {@code answer}; else 0. SEL-017 */
    static long missing(Frame answer) {
        boolean isMissing = answer.shape().name().equals("REJECT")
                && answer.get("reason") == REGISTRY.code("reasons", "REQUIRED_FEATURE_MISSING");
        return isMissing ? answer.get("detail") : 0;
    }

    /** Sends a SELECT of {@code choice} and requires the ACCEPT that repeats it. */
    Session open(Dialect layout, Choice choice) {
        Frame select = select(choice);
        requireAccept(select, answerTo(select));
        return Session.after(channel, layout, choice);
    }

    /**
     * The same, but a device that requires some of {@code extras} besides is met anew, with these selected too. What it requires may
     * be none of them, or nothing that the version has: then the check is not supported. SEL-017
     */
    Session open(DevicePeer device, Dialect layout, Choice choice, long extras) {
        Frame select = select(choice);
        Frame answer = answerTo(select);
        long required = missing(answer);
        if (required != 0 && (required & ~(extras & featuresFor(choice.version()))) == 0) {
            return detached(device, layout).open(layout, choice.withFeatures(choice.features() | required));
        }
        requireAccept(select, answer);
        return Session.after(channel, layout, choice);
    }

    /** Requires the ACCEPT that repeats {@code select}, which was sent. */
    void expectAcceptOf(Frame select) {
        requireAccept(select, nextAnswer());
    }

    /** The same of an {@code answer} that was received. */
    void requireAccept(Frame select, Frame answer) {
        requireAccepting(answer);
        for (String field : List.of("version", "features", "max_inflight")) {
            String fromTheOffer = Hints.ifSame(answer.get(field), offer, field);
            require("ACC-001", channel, field + " (as in SELECT)", select.get(field), answer.get(field), fromTheOffer);
        }
        requireSeal(select, answer);
    }

    /** Requires {@code accept} to be sealed over itself and all frames before it, as they were on the wire. DIG-002 */
    void requireSeal(Frame select, Frame accept) {
        String known = Hints.ofDigest(List.of(hello, offer, select, accept), accept.get("digest"));
        long digest = Forge.digest(List.of(hello, offer, select, accept));
        require("DIG-002", channel, "digest", digest, accept.get("digest"), known);
    }

    /** Requires an ACCEPT, whatever it holds. */
    Frame expectAccept() {
        Frame answer = nextAnswer();
        requireAccepting(answer);
        return answer;
    }

    /**
     * Requires {@code answer} to be an ACCEPT. A device may refuse because of its user, and says so; then the check is not
     * supported. SEL-017, SEL-018
     */
    private void requireAccepting(Frame answer) {
        if (answer.shape().name().equals("REJECT")) {
            long reason = answer.get("reason");
            for (String will : List.of("REQUIRED_FEATURE_MISSING", "POLICY", "RESOURCES")) {
                if (reason == REGISTRY.code("reasons", will)) {
                    throw new NotSupported("the device refuses with " + will);
                }
            }
        }
        Violation.breaking("ACC-001", () -> {
            channel.requireShape("ACCEPT", answer);
            return answer;
        });
    }

    /** Requires {@code actual} to be {@code wanted}, by {@code clause}; {@code hint} says where a wrong value comes from. */
    private static void require(
            String clause, Conversation channel, String what, long wanted, long actual, String hint) {
        Violation.breaking(clause, () -> {
            channel.require(what, wanted, actual, hint);
            return actual;
        });
    }

    /** Sends {@code frame} and requires this REJECT, and then the end of the stream. REJ-001 */
    void refuses(Frame frame, String reason, long detail) {
        channel.send(frame);
        expectReject(reason, detail);
        channel.expectClosed();
    }

    /** Requires this REJECT. */
    void expectReject(String reason, long detail) {
        Frame reject = channel.expect("REJECT");
        if (reject.get("reason") != REGISTRY.code("reasons", reason)) {
            throw channel.violation("REJECT " + reason, "REJECT " + REGISTRY.name("reasons", reject.get("reason")));
        }
        channel.require("detail (REJECT " + reason + ")", detail, reject.get("detail"));
    }
}
