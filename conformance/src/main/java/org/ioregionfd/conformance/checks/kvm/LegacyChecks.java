// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Version 0 as K sends it: unnegotiated, in both layouts, and agreed. */
@Checks
public class LegacyChecks {
    @Property
    @Clause({"V0-001", "V0-005", "ACE-003", "MRK-003", "SEC-002", "CHN-001"})
    void commandsAreOfTheConfiguredLayout(
            KvmPeer kvm, @ForAll boolean infoWord, @ForAll @IntRange(max = 3) int sizeExponent, @ForAll long number) {
        Dialect layout = infoWord ? Dialect.INFO_WORD : Dialect.BYTE_FIELDS;
        Access access = new Access(number, number >>> 2, sizeExponent);
        KvmSession talk = KvmSession.off(kvm, layout);
        Ticket write = kvm.ask(Request.write(access, number));
        talk.expectCommand(layout.write(access, access.cut(number)));
        talk.wire().send(layout.response().blank());
        kvm.expectDone(write);
        talk.expectLegacyRead(layout, access, number);
        Ticket posted = kvm.ask(Request.posted(access, number));
        talk.expectCommand(layout.posted(access, access.cut(number)));
        kvm.expectDone(posted);
    }

    /** K chooses whether it sets the bit, once for all sizes. */
    @Test
    @Clause("V0-001")
    void respIsAlikeOnAllReadsOfTheByteFieldsLayout(KvmPeer kvm) {
        KvmSession talk = KvmSession.off(kvm, Dialect.BYTE_FIELDS);
        long first = 0;
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY.withSizeExponent(exponent)));
            Frame command = talk.wire().expect(Dialect.BYTE_FIELDS.command());
            long resp = command.get("head") >>> 4 & 1;
            first = exponent == 0 ? resp : first;
            talk.wire().require("resp (as on the READ of 8 bits)", first, resp);
            talk.wire().send(Dialect.BYTE_FIELDS.response().blank());
            kvm.expectDone(read);
        }
    }

    @Test
    @Clause("V0-002")
    void oneCommandIsInFlight(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.off(kvm, layout);
            Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
            Ticket second = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
            kvm.awaitRead();
            talk.expectCommand(layout.read(KvmSession.MEMORY));
            // The stream ends instead of the response: a second command that was already sent would come before K's own
            // end.
            talk.wire().finish();
            talk.expectBroken(first);
            kvm.expectError(second, "not-sent");
        }
    }

    @Test
    @Clause("V0-002")
    void responsesAreTakenInOrder(KvmPeer kvm) {
        KvmSession talk = KvmSession.off(kvm, Dialect.INFO_WORD);
        for (int i = 1; i <= 3; i++) {
            talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY.withOffset(4L * i), 0x100 + i);
        }
    }

    @Property
    @Clause("V0-003")
    void bytesBeyondTheAccessAreIgnored(
            KvmPeer kvm, @ForAll long data, @ForAll long padding, @ForAll @IntRange(max = 3) int sizeExponent) {
        KvmSession talk = KvmSession.off(kvm, Dialect.BYTE_FIELDS);
        Access access = KvmSession.MEMORY.withSizeExponent(sizeExponent);
        Ticket read = kvm.ask(Request.read(access));
        talk.wire().expect(Dialect.BYTE_FIELDS.command());
        Frame response = Dialect.BYTE_FIELDS.response().blank().with("data", data);
        for (int i = 0; i < Long.BYTES; i++) {
            response = Forge.withByte(response, 8 + 3 * i, (int) (padding >>> (8 * i) & 0xff));
        }
        talk.wire().send(response);
        kvm.expectValue(read, access.cut(data));
    }

    @Test
    @Clause({"V0-001", "HEL-003"})
    void writesBeforeTheFirstReadAreVersion0(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.withoutHello(kvm, KvmSession.connect().with("layout", layout.label()));
            Ticket write = kvm.ask(Request.write(KvmSession.MEMORY, 5));
            talk.expectCommand(layout.write(KvmSession.MEMORY, 5));
            talk.wire().send(layout.response().blank());
            KvmSession.expectState(kvm.expectDone(write), "idle");
            kvm.ask(Request.read(KvmSession.MEMORY));
            talk.wire().expect("HELLO");
            kvm.ask(Request.of("close"));
        }
    }

    @Test
    @Clause("KST-008")
    void aMarkedAnswerToAWriteInIdleFails(KvmPeer kvm) {
        Channel channel = kvm.connect(KvmSession.connect());
        kvm.expectDone(channel.connect());
        Ticket write = kvm.ask(Request.write(KvmSession.MEMORY, 5));
        channel.wire().expect(Dialect.INFO_WORD.command());
        channel.wire().send(Forge.blank("OFFER").with("max_inflight", 1));
        channel.wire().expectClosed();
        kvm.expectError(write, "maybe-executed");
    }

    @Test
    @Clause("KST-008")
    void aMarkedResponseFailsUnderOffToo(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.off(kvm, layout);
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            talk.wire().expect(layout.command());
            talk.wire().send(talk.offer(KvmSession.ALL));
            talk.expectBroken(read);
        }
    }

    @Test
    @Clause("FAI-003")
    void oneByteThatAnswersNothingFailsInLegacy(KvmPeer kvm) {
        KvmSession talk = KvmSession.off(kvm, Dialect.INFO_WORD);
        talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 7);
        talk.wire().sendBytes(new byte[1]);
        talk.expectFailedAtTheLatestByTheNextUse();
    }

    @Test
    @Clause({"FAI-003", "V0-002"})
    void aResponseThatAnswersNothingFails(KvmPeer kvm) {
        KvmSession talk = KvmSession.off(kvm, Dialect.INFO_WORD);
        talk.wire().send(Dialect.INFO_WORD.response().blank());
        talk.wire().expectClosed();
        talk.expectNextIsNotSent();
    }

    /** As one of the known legacy devices does, it answers a WRITE that wants no response. */
    @Test
    @Clause({"FAI-003", "V0-002"})
    void aResponseToAPostedWriteAnswersNothing(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.off(kvm, layout);
            Ticket posted = kvm.ask(Request.posted(KvmSession.MEMORY, 5));
            talk.wire().expect(layout.command());
            kvm.expectDone(posted);
            talk.wire().send(layout.response().blank());
            talk.expectFailedAtTheLatestByTheNextUse();
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    /** Legacy devices leave any bytes where no KVM looks. */
    @Test
    @Clause("V0-003")
    void theResponseOfAWriteMayHoldAnything(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.off(kvm, layout);
            for (long data : new long[] {5, -1, 0x5a5a_5a5a_5a5aL}) {
                Ticket write = kvm.ask(Request.write(KvmSession.MEMORY, data));
                talk.wire().expect(layout.command());
                Frame response = layout.response().blank().with("data", data);
                talk.wire().send(Forge.withByte(Forge.withByte(response, 31, 0xff), 13, 2));
                kvm.expectDone(write);
            }
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause({"FEA-002", "KST-010"})
    void aFenceIsNotSentWhereThereIsNone(KvmPeer kvm) {
        KvmSession off = KvmSession.off(kvm, Dialect.INFO_WORD);
        kvm.expectError(kvm.ask(Request.of("fence")), "not-sent");
        off.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 1);
        kvm.expectError(kvm.ask(Request.of("fence")), "not-sent");
        off.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 2);
        kvm.expectDone(kvm.ask(Request.of("close")));
        KvmSession idle = KvmSession.withoutHello(kvm, KvmSession.connect());
        kvm.expectError(kvm.ask(Request.of("fence")), "not-sent");
        kvm.ask(Request.read(KvmSession.MEMORY));
        idle.wire().expect("HELLO");
    }

    @Test
    @Clause({"SEL-001", "V0-001"})
    void version0ThatWasAgreedIsOfTheLayoutOfTheHello(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.detached(
                    kvm,
                    KvmSession.connectDetached().with("versions", List.of(2)).with("layout", layout.label()));
            Frame offer = talk.offer(new Terms(0b011, KvmSession.FEATURES, 1));
            talk.wire().send(talk.accept(offer));
            KvmSession.expectOpen(kvm.expectDone(talk.channel().connect()), 0, List.of(), 1);
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            talk.expectCommand(layout.read(KvmSession.MEMORY));
            talk.wire().send(layout.response().blank().with("data", 9));
            kvm.expectValue(read, 9);
            kvm.ask(Request.of("close"));
        }
    }

    @Test
    @Clause("V0-004")
    void anAccessAtHelloOffsetIsNotSentBeforeAVersionIsAgreed(KvmPeer kvm) {
        KvmSession idle = KvmSession.withoutHello(kvm, KvmSession.connect());
        refusesHelloOffset(kvm);
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        // If one had been sent, it would come before this HELLO, and before the second READ.
        idle.wire().expect("HELLO");
        idle.wire().send(Dialect.INFO_WORD.response().blank());
        KvmSession.expectState(kvm.expectDone(read), "legacy");
        refusesHelloOffset(kvm);
        idle.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 6);
        kvm.expectDone(kvm.ask(Request.of("close")));
        KvmSession off = KvmSession.off(kvm, Dialect.INFO_WORD);
        refusesHelloOffset(kvm);
        off.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 7);
        refusesHelloOffset(kvm);
        off.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 8);
        // Beside it there is nothing special.
        for (long offset : new long[] {-8, -1, 1, 0x80}) {
            Access beside = KvmSession.MEMORY.withOffset(Registry.standard().helloOffset() + offset);
            off.expectLegacyRead(Dialect.INFO_WORD, beside, 9);
        }
    }

    private static void refusesHelloOffset(KvmPeer kvm) {
        Access atHelloOffset = KvmSession.MEMORY.withOffset(Registry.standard().helloOffset());
        kvm.expectError(kvm.ask(Request.read(atHelloOffset)), "not-sent");
        kvm.expectError(kvm.ask(Request.write(atHelloOffset, 1)), "not-sent");
        kvm.expectError(kvm.ask(Request.posted(atHelloOffset, 1)), "not-sent");
    }
}
