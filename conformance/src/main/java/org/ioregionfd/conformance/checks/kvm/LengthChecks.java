// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Lengths;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Accesses of 3, 5, 6 and 7 bytes, which K makes as commands of 1, 2 and 4 bytes. */
@Checks
public class LengthChecks {
    private static final List<Integer> SIZES = List.of(3, 5, 6, 7);

    /** 4 bytes at 0x10, 2 at 0x14, 1 at 0x16. */
    private static final Access SEVEN = new Access(1, 0x10, 2);

    /** 1 byte, then 2, then 4 at HELLO_OFFSET. */
    private static final Access TO_HELLO_OFFSET =
            KvmSession.MEMORY.withOffset(Registry.standard().helloOffset() - 3);

    @Property
    @Clause({"LEN-001", "LEN-006"})
    void everyLengthIsCutAtNaturalPlaces(
            KvmPeer kvm,
            @ForAll @IntRange(max = 2) int version,
            @ForAll @IntRange(max = 3) int size,
            @ForAll @IntRange(max = 7) int low,
            @ForAll long number) {
        requireKnown(kvm);
        Access at = new Access(number, (number >>> 2 & ~7L) | low, 0);
        switch (version) {
            case 0 -> cut(KvmSession.off(kvm, Dialect.BYTE_FIELDS), Dialect.BYTE_FIELDS, at, SIZES.get(size), number);
            case 1 ->
                cut(KvmSession.opened(kvm, ExchangeChecks.VERSION_1), Dialect.INFO_WORD, at, SIZES.get(size), number);
            default -> cut(KvmSession.opened(kvm, KvmSession.ALL), Dialect.TAGGED, at, SIZES.get(size), number);
        }
    }

    /** All of its commands, or none. */
    @Test
    @Clause("LEN-006")
    void everyCommandIsPostedWhereItsWriteIs(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        for (int size : SIZES) {
            for (boolean isPosted : new boolean[] {true, false}) {
                Ticket write = kvm.ask(sized("write", SEVEN, size).with("posted", isPosted));
                for (int left = Lengths.commands(SEVEN, size).size(); left > 0; left--) {
                    Frame sent = talk.wire().expect(Dialect.TAGGED.command());
                    talk.wire().require("flags (response_wanted)", isPosted ? 0 : 1, sent.get("flags"));
                    if (!isPosted) {
                        answer(talk, sent, "OK", 0);
                    }
                }
                kvm.expectDone(write);
            }
        }
    }

    @Test
    @Clause("LEN-004")
    void anAccessWithASizeExponentIsOneCommandWhereverItBegins(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
            for (long offset : new long[] {1, 7, 0xffd, -3}) {
                Access access = new Access(1, offset, exponent);
                Ticket read = kvm.ask(Request.read(access));
                answer(talk, expectRead(talk, access), "OK", 0x5a);
                kvm.expectValue(read, 0x5a);
            }
        }
    }

    @Test
    @Clause("LEN-005")
    void nothingIsSentOfAnAccessThatGoesBeyondTheLastOffset(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession talk = KvmSession.off(kvm, Dialect.INFO_WORD);
        for (int size : SIZES) {
            Access beyond = KvmSession.MEMORY.withOffset(1L - size);
            kvm.expectError(kvm.ask(sized("read", beyond, size)), "not-sent");
            kvm.expectError(kvm.ask(sized("write", beyond, size)), "not-sent");
        }
        talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 5);
    }

    @Test
    @Clause({"LEN-001", "LEN-005"})
    void anAccessMayEndWithTheLastOffset(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        for (int size : SIZES) {
            cut(talk, Dialect.TAGGED, new Access(1, -size, 0), size, size);
        }
    }

    @Test
    @Clause({"LEN-001", "HEL-004"})
    void theFirstCommandOfAReadCarriesTheHello(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession before = KvmSession.withoutHello(kvm, KvmSession.connect().with("hello", "attached"));
        Ticket read = kvm.ask(sized("read", KvmSession.MEMORY.withOffset(0x1d), 3));
        Frame hello = before.wire().expect("HELLO");
        before.requireSame(Forge.attachedHello(Dialect.INFO_WORD, new Access(1, 0x1d, 0), hello.get("nonce")), hello);
        KvmSession talk = new KvmSession(kvm, before.channel(), hello, Optional.of(read));
        Frame offer = talk.offer(KvmSession.ALL).with("value", 0x11);
        talk.wire().send(talk.accept(offer));
        answer(talk, expectRead(talk, new Access(1, 0x1e, 1)), "OK", 0x3322);
        kvm.expectValue(read, 0x33_2211);
    }

    @Test
    @Clause("LEN-001")
    void theNextCommandIsSentWhenTheOneBeforeHasEnded(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket read = kvm.ask(sized("read", SEVEN, 7));
        Frame first = expectRead(talk, SEVEN);
        Ticket other = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x40)));
        answer(talk, expectRead(talk, KvmSession.MEMORY.withOffset(0x40)), "OK", 9);
        kvm.expectValue(other, 9);
        answer(talk, first, "OK", 0x44332211);
        answer(talk, expectRead(talk, new Access(1, 0x14, 1)), "OK", 0x6655);
        answer(talk, expectRead(talk, new Access(1, 0x16, 0)), "OK", 0x77);
        kvm.expectValue(read, 0x77_6655_4433_2211L);
    }

    @Test
    @Clause({"LEN-002", "FAI-001"})
    void whatWasSentInPartMayHaveBeenExecuted(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(1));
        Ticket read = kvm.ask(sized("read", SEVEN, 7));
        Frame first = expectRead(talk, SEVEN);
        // Whichever of the two is sent first, the other one waits for it.
        kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x40)));
        Ticket waiting = kvm.ask(sized("read", SEVEN, 7));
        kvm.awaitRead();
        answer(talk, first, "OK", 1);
        ExchangeChecks.tagged(talk);
        talk.wire().finish();
        talk.expectBroken(read);
        kvm.expectError(waiting, "not-sent");
    }

    /** One command that is not sent ends the access, and not the channel. */
    @Test
    @Clause({"LEN-002", "V0-004"})
    void theRestIsNotSentWhereACommandIsNot(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession talk = KvmSession.off(kvm, Dialect.INFO_WORD);
        Ticket none = kvm.ask(sized("read", TO_HELLO_OFFSET.withOffset(TO_HELLO_OFFSET.offset() + 3), 7));
        kvm.expectError(none, "not-sent");
        for (Op op : List.of(Op.READ, Op.WRITE, Op.POSTED)) {
            Request request = sized(op == Op.READ ? "read" : "write", TO_HELLO_OFFSET, 7);
            Ticket part = kvm.ask(op == Op.POSTED ? request.with("posted", true) : request);
            for (int exponent = 0; exponent < 2; exponent++) {
                Access access = new Access(1, TO_HELLO_OFFSET.offset() + exponent, exponent);
                Command command = new Command(op, access, 0);
                talk.expectCommand(command.in(Dialect.INFO_WORD));
                if (command.isAnswered()) {
                    talk.wire().send(Dialect.INFO_WORD.response().blank());
                }
            }
            kvm.expectError(part, "maybe-executed");
        }
        talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 5);
    }

    @Test
    @Clause({"LEN-003", "V2-006"})
    void aCommandThatFailsKeepsNoneFromBeingSent(KvmPeer kvm) {
        requireKnown(kvm);
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        for (int first = 0; first < 2; first++) {
            Ticket read = kvm.ask(sized("read", SEVEN, 7));
            answer(talk, expectRead(talk, SEVEN), first == 0 ? "DEVICE_FAULT" : "OK", 0xffff_ffffL);
            answer(talk, expectRead(talk, new Access(1, 0x14, 1)), "BAD_OFFSET", 0xffff);
            answer(talk, expectRead(talk, new Access(1, 0x16, 0)), "OK", 0x77);
            Answer answer = kvm.expectValue(read, 0x77_ffff_ffff_ffffL);
            String wanted = first == 0 ? "device-fault" : "bad-offset";
            if (!answer.access().orElse("").equals(wanted)) {
                throw KvmPeer.wrong("access " + wanted, answer);
            }
        }
    }

    /** An access, the number of one of its commands, and how that one fails. */
    private record Failing(Access at, int size, int command, String status) {
        @Override
        public String toString() {
            return "%d bytes at 0x%x, command %d fails with %s".formatted(size, at.offset(), command, status);
        }
    }

    /** Whatever fails after it. */
    @Test
    @Clause({"LEN-003", "V2-006"})
    void theFirstCommandThatFailsGivesTheStatus(KvmPeer kvm) {
        requireKnown(kvm);
        List<Failing> cases = new ArrayList<>();
        for (int size : SIZES) {
            for (int low = 0; low < Long.BYTES; low++) {
                Access at = KvmSession.MEMORY.withOffset(0x40 + low);
                for (int command = 0; command < Lengths.commands(at, size).size(); command++) {
                    String status =
                            List.of("BAD_REGION", "BAD_OFFSET", "DEVICE_FAULT").get((low + command) % 3);
                    cases.add(new Failing(at, size, command, status));
                }
            }
        }
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        KvmCases.each(kvm, cases, 6, failing -> {
            List<Access> commands = Lengths.commands(failing.at, failing.size);
            Ticket read = kvm.ask(sized("read", failing.at, failing.size));
            for (int i = 0; i < commands.size(); i++) {
                String status = i < failing.command ? "OK" : i == failing.command ? failing.status : "DEVICE_FAULT";
                answer(talk, expectRead(talk, commands.get(i)), status, 0);
            }
            Answer answer = kvm.expectValue(read, 0);
            String wanted = failing.status.toLowerCase(Locale.ROOT).replace('_', '-');
            if (!answer.access().orElse("").equals(wanted)) {
                throw KvmPeer.wrong("access " + wanted, answer);
            }
        });
    }

    /** Ends the check if the driver is never asked for such an access. DRV-003 */
    private static void requireKnown(KvmPeer kvm) {
        kvm.expectError(kvm.ask(sized("read", KvmSession.MEMORY, 3)), "not-sent");
    }

    private static Request sized(String op, Access at, int size) {
        Request request = op.equals("read") ? Request.read(at) : Request.write(at, 0);
        return request.with("size", size);
    }

    /** A READ, a WRITE and a posted one. */
    private static void cut(KvmSession talk, Dialect dialect, Access at, int size, long number) {
        KvmPeer kvm = talk.kvm();
        List<Access> commands = Lengths.commands(at, size);
        Ticket read = kvm.ask(sized("read", at, size));
        for (Access command : commands) {
            Frame sent = expect(talk, dialect, dialect.read(command));
            talk.wire().send(dialect.response(sent, Lengths.part(number, at, command)));
        }
        kvm.expectValue(read, number & (-1L >>> (Long.SIZE - Byte.SIZE * size)));
        Request write = sized("write", at, size).with("value", Request.hex(number));
        Ticket written = kvm.ask(write);
        for (Access command : commands) {
            Frame sent = expect(talk, dialect, dialect.write(command, Lengths.part(number, at, command)));
            talk.wire().send(dialect.response(sent, 0));
        }
        kvm.expectDone(written);
        Ticket posted = kvm.ask(write.with("posted", true));
        for (Access command : commands) {
            talk.expectCommand(dialect.posted(command, Lengths.part(number, at, command)));
        }
        kvm.expectDone(posted);
    }

    private static Frame expect(KvmSession talk, Dialect dialect, Frame wanted) {
        if (dialect == Dialect.TAGGED) {
            Frame sent = ExchangeChecks.tagged(talk);
            talk.requireSame(Dialect.tagged(wanted, sent.get("tag")), sent);
            return sent;
        }
        talk.expectCommand(wanted);
        return wanted;
    }

    private static Frame expectRead(KvmSession talk, Access access) {
        return expect(talk, Dialect.TAGGED, Dialect.TAGGED.read(access));
    }

    private static void answer(KvmSession talk, Frame command, String status, long data) {
        talk.wire().send(Dialect.TAGGED.answer(command, new AnnexDevice.End(status, data)));
    }
}
