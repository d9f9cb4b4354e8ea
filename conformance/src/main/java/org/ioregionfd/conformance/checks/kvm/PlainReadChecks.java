// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Setups;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.rules.Setup.Hello;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/**
 * Compares each HELLO with the plain READ that the same K sends for the same access under OFF, both as they were on the wire.
 * Only a difference between them could change the answer of a legacy device.
 */
@Checks
public class PlainReadChecks {
    private static final long HELLO_OFFSET = Registry.standard().helloOffset();
    private static final int SIZES = 4;

    /** Of the sizes in both layouts, those of a quick run: a property there draws any of them too. */
    private static final int FEW_SIZES = 4;

    private static final List<Sized> SIZED = Dialect.LAYOUTS.stream()
            .flatMap(layout -> IntStream.range(0, SIZES).mapToObj(exponent -> new Sized(layout, exponent)))
            .toList();

    private record Sized(Dialect layout, int exponent) {}

    /** More accesses than a K with two slots or frames keeps. */
    private static final int IN_A_ROW = 3;

    /** The bytes that are a HELLO's own. HEL-007 */
    private static final Set<Integer> OWN_BYTES = Stream.of("marker", "kind", "nonce")
            .map(Registry.standard().shape("HELLO")::field)
            .flatMap(field -> IntStream.range(field.offset(), field.offset() + field.width())
                    .boxed())
            .collect(Collectors.toUnmodifiableSet());

    @Test
    @Clause("HEL-007")
    void anAttachedHelloIsThePlainReadAsTheFirstFrame(KvmPeer kvm) {
        comparesEverySize(kvm, Before.NOTHING);
    }

    @Test
    @Clause("HEL-007")
    void anAttachedHelloIsThePlainReadAfterAWrite(KvmPeer kvm) {
        comparesEverySize(kvm, Before.WRITE);
    }

    @Test
    @Clause("HEL-007")
    void anAttachedHelloIsThePlainReadAfterAPostedWrite(KvmPeer kvm) {
        comparesEverySize(kvm, Before.POSTED);
    }

    @Test
    @Clause("HEL-007")
    void anAttachedHelloIsThePlainReadAfterWritesOfBothKinds(KvmPeer kvm) {
        comparesEverySize(kvm, Before.WRITE_AND_POSTED);
        comparesEverySize(kvm, Before.POSTED_AND_WRITE);
        comparesEverySize(kvm, Before.MANY);
    }

    /** It was requested while a WRITE was outstanding, and had to wait. */
    @Test
    @Clause({"HEL-007", "HEL-003"})
    void anAttachedHelloIsThePlainReadThoughItHadToWait(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            for (int exponent = 0; exponent < SIZES; exponent++) {
                Access access = new Access(kvm.random().nextLong(), 0x20, exponent);
                Frame plain = plainRead(kvm, layout, Before.NOTHING, access);
                KvmSession talk = idle(kvm, layout);
                Ticket write = kvm.ask(Request.write(access, -1));
                Ticket read = kvm.ask(Request.read(access));
                talk.wire().expect(layout.command());
                kvm.awaitRead();
                talk.wire().send(anything(kvm, layout));
                kvm.expectDone(write);
                requirePlain(talk.wire(), plain, talk.wire().expect("HELLO"));
                talk.wire().send(anything(kvm, layout));
                kvm.expectDone(read);
                close(kvm);
            }
        }
    }

    @Test
    @Clause("HEL-007")
    void anAttachedHelloIsThePlainReadAfterWhatWasNotSent(KvmPeer kvm) {
        comparesEverySize(kvm, Before.NOT_SENT);
    }

    @Property
    @Clause("HEL-007")
    void anAttachedHelloIsThePlainReadWhereverItGoes(
            KvmPeer kvm,
            @ForAll boolean isByteFields,
            @ForAll(supplier = Word.Of64Bits.class) long region,
            @ForAll(supplier = Word.Of64Bits.class) long offset,
            @ForAll @IntRange(max = 3) int sizeExponent,
            @ForAll Before before) {
        Assume.that(offset != HELLO_OFFSET);
        Dialect layout = isByteFields ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD;
        compares(kvm, layout, before, new Access(region, offset, sizeExponent));
        close(kvm);
    }

    /** What a K may select is visible in its SELECT, and not before. */
    @Property
    @Clause("HEL-007")
    void aHelloIsThePlainReadWhateverItsUserAllows(KvmPeer kvm, @ForAll(supplier = Setups.class) Setup setup) {
        Dialect layout = setup.isByteFields() ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD;
        Request connect = ConnectRequests.of(setup);
        if (setup.hello() == Hello.PREFER_ATTACHED) {
            KvmSession talk = KvmSession.attached(kvm, connect, KvmSession.MEMORY);
            close(kvm);
            requirePlain(talk.wire(), plainRead(kvm, layout, Before.NOTHING, KvmSession.MEMORY), talk.hello());
        } else {
            requireDetached(kvm, layout, kvm.connect(connect).wire(), Set.of(0L));
        }
    }

    @Test
    @Clause({"HEL-007", "HEL-005"})
    void aDetachedHelloIsAPlainReadButForItsOffset(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            for (Request connect : List.of(
                    KvmSession.connectDetached(),
                    KvmSession.connectRequire(),
                    KvmSession.connectDetached().with("versions", List.of()),
                    PinChecks.pinned(PinChecks.record(new Choice(1, 0, 1))),
                    PinChecks.pinned(PinChecks.record(new Choice(2, Forge.FENCE, 8))))) {
                requireDetached(
                        kvm,
                        layout,
                        kvm.connect(connect.with("layout", layout.label())).wire(),
                        Set.of(0L));
            }
        }
    }

    /** A K may name a region in its HELLO that it knows, here from an access that waits for the handshake. */
    @Test
    @Clause({"HEL-007", "HEL-005"})
    void aDetachedHelloIsAPlainReadThoughAnAccessWaits(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            for (int exponent = 0; exponent < SIZES; exponent++) {
                Access waiting = new Access(kvm.random().nextLong(), 0x20, exponent);
                Channel channel = kvm.connect(KvmSession.connectDetached().with("layout", layout.label()));
                kvm.ask(Request.read(waiting));
                requireDetached(kvm, layout, channel.wire(), Set.of(0L, waiting.userData()));
            }
        }
    }

    /** What has happened on a channel before the READ that carries the HELLO. */
    enum Before {
        NOTHING,
        WRITE,
        POSTED,
        WRITE_AND_POSTED,
        POSTED_AND_WRITE,
        /** Several of each kind in a row. */
        MANY,
        /** An access and a FENCE that K must not send. V0-004, FEA-002 */
        NOT_SENT;

        private void happen(KvmSession talk, Dialect layout, Access access) {
            switch (this) {
                case NOTHING -> {}
                case WRITE -> write(talk, layout, access);
                case POSTED -> post(talk, layout, access);
                case WRITE_AND_POSTED -> {
                    write(talk, layout, access);
                    post(talk, layout, access);
                }
                case POSTED_AND_WRITE -> {
                    post(talk, layout, access);
                    write(talk, layout, access);
                }
                case MANY -> {
                    for (int i = 0; i < IN_A_ROW; i++) {
                        post(talk, layout, access);
                    }
                    for (int i = 0; i < IN_A_ROW; i++) {
                        write(talk, layout, access);
                    }
                }
                case NOT_SENT -> {
                    talk.kvm().expectError(talk.kvm().ask(Request.read(access.withOffset(HELLO_OFFSET))), "not-sent");
                    talk.kvm().expectError(talk.kvm().ask(Request.of("fence")), "not-sent");
                }
            }
        }

        private static void write(KvmSession talk, Dialect layout, Access access) {
            Ticket write = talk.kvm().ask(Request.write(access, -1));
            talk.wire().expect(layout.command());
            talk.wire().send(anything(talk.kvm(), layout));
            talk.kvm().expectDone(write);
        }

        private static void post(KvmSession talk, Dialect layout, Access access) {
            Ticket posted = talk.kvm().ask(Request.posted(access, -1));
            talk.wire().expect(layout.command());
            talk.kvm().expectDone(posted);
        }
    }

    /** In both layouts, at every size, in the conformance device's regions and in one of this run. */
    private static void comparesEverySize(KvmPeer kvm, Before before) {
        KvmCases.each(kvm, SIZED, FEW_SIZES, sized -> {
            Access drawn = new Access(kvm.random().nextLong(), kvm.random().nextLong(HELLO_OFFSET), sized.exponent);
            // The outcome of the channel must not be visible in the HELLO of the next one.
            compares(kvm, sized.layout, before, KvmSession.MEMORY.withSizeExponent(sized.exponent));
            close(kvm);
            agrees(compares(kvm, sized.layout, before, new Access(2, 0, sized.exponent)));
            isLegacy(sized.layout, compares(kvm, sized.layout, before, drawn));
        });
    }

    /** Takes the HELLO that a READ of {@code access} becomes, after the plain READ of another channel. */
    private static KvmSession compares(KvmPeer kvm, Dialect layout, Before before, Access access) {
        Frame plain = plainRead(kvm, layout, before, access);
        KvmSession idle = idle(kvm, layout);
        before.happen(idle, layout, access);
        KvmSession talk = idle.attached(access);
        requirePlain(talk.wire(), plain, talk.hello());
        return talk;
    }

    private static void requireDetached(KvmPeer kvm, Dialect layout, Conversation wire, Set<Long> regions) {
        Frame hello = wire.expect("HELLO");
        close(kvm);
        long region = hello.get("user_data");
        if (!regions.contains(region)) {
            throw wire.violation("user_data of a region that is registered, or 0", "user_data " + Request.hex(region));
        }
        Frame plain = plainRead(kvm, layout, Before.NOTHING, new Access(region, 0x10, 0));
        requirePlain(wire, plain.with("offset", HELLO_OFFSET), hello);
    }

    /** The READ that this K sends for {@code access} without a HELLO. */
    private static Frame plainRead(KvmPeer kvm, Dialect layout, Before before, Access access) {
        KvmSession off = KvmSession.off(kvm, layout);
        before.happen(off, layout, access);
        Ticket read = kvm.ask(Request.read(access));
        Frame plain = off.wire().expect(layout.command());
        off.wire().send(anything(kvm, layout));
        kvm.expectDone(read);
        close(kvm);
        return plain;
    }

    private static KvmSession idle(KvmPeer kvm, Dialect layout) {
        return KvmSession.withoutHello(
                kvm, KvmSession.connect().with("hello", "attached").with("layout", layout.label()));
    }

    /**
     * A response with data that must not get into a later HELLO; legacy devices leave any data in the response to a WRITE.
     */
    private static Frame anything(KvmPeer kvm, Dialect layout) {
        return layout.response().blank().with("data", kvm.random().nextLong());
    }

    private static void requirePlain(Conversation wire, Frame plain, Frame hello) {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < Registry.FRAME_LENGTH; i++) {
            if (!OWN_BYTES.contains(i) && hello.at(i) != plain.at(i)) {
                faults.add("byte %d is 0x%02x, not 0x%02x".formatted(i, hello.at(i), plain.at(i)));
            }
        }
        if (!faults.isEmpty()) {
            throw wire.violation(
                    "the HELLO to be K's plain READ of this access but for marker, kind and nonce\n" + plain,
                    String.join("; ", faults));
        }
    }

    private static void agrees(KvmSession talk) {
        Frame offer = talk.offer(KvmSession.ALL);
        talk.wire().send(offer);
        talk.kvm().expectDone(talk.carried().orElseThrow());
        // A K may keep its SELECT for the next use of the channel.
        talk.kvm().ask(Request.read(KvmSession.MEMORY));
        talk.wire().send(Forge.accept(talk.hello(), offer, talk.wire().expect("SELECT")));
        talk.wire().expect(Dialect.TAGGED.command());
        close(talk.kvm());
    }

    private static void isLegacy(Dialect layout, KvmSession talk) {
        talk.wire().send(anything(talk.kvm(), layout));
        talk.kvm().expectDone(talk.carried().orElseThrow());
        close(talk.kvm());
    }

    private static void close(KvmPeer kvm) {
        kvm.expectDone(kvm.ask(Request.of("close")));
    }
}
