// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class KvmSideProperties {
    private static final int ACCESSES = 12;

    /** Everything that can be seen from outside. */
    private record Seen(KvmState state, String failure, Map<String, String> ends, List<String> sent) {}

    @Property(tries = 500)
    void whereBytesAreCutChangesNothing(@ForAll long seed, @ForAll @IntRange(min = 0, max = 4) int faults) {
        byte[] whole = transcript(seed, faults);
        Seen atOnce = play(List.of(whole));
        Random random = new Random(seed ^ 1);
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < whole.length; ) {
            int to = Math.min(whole.length, from + 1 + random.nextInt(70));
            pieces.add(Arrays.copyOfRange(whole, from, to));
            from = to;
        }
        assertEquals(atOnce, play(pieces));
    }

    @Property(tries = 1000)
    void survivesAnyBytesAndEndsEveryAccess(
            @ForAll @Size(max = 400) byte[] bytes, @ForAll @IntRange(min = 0, max = 4) int stage) {
        KvmHarness kvm = atStage(stage);
        for (int i = 0; i < ACCESSES; i++) {
            kvm.submit("a" + i, command(i));
        }
        kvm.receive(bytes);
        kvm.peerCloses();
        assertEquals(KvmState.FAILED, kvm.side.state());
        assertEquals(ACCESSES, kvm.ends.size());
        assertEquals(KvmHandshake.NO_DEADLINE, kvm.side.nextDeadlineNanos());
    }

    @Property(tries = 1000)
    void everyAccessEndsAlsoWhereThePeerIsSilentAfterSomeBytes(
            @ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(min = 0, max = 4) int stage) {
        KvmHarness kvm = atStage(stage);
        for (int i = 0; i < ACCESSES; i++) {
            kvm.submit("a" + i, command(i));
        }
        kvm.receive(bytes);
        for (int i = 0; i < 2 * ACCESSES; i++) {
            kvm.pass(1000);
        }
        assertEquals(ACCESSES, kvm.ends.size());
    }

    /** Each command is answered with a value made of its own offset; anything else is another access's. */
    @Property(tries = 500)
    void neverAnswersAnAccessWithTheDataOfAnother(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int window) {
        Random random = new Random(seed);
        KvmHarness kvm = KvmHarness.openTagged(window);
        List<byte[]> commands = new ArrayList<>();
        List<byte[]> answered = new ArrayList<>();
        for (int i = 0; i < 60 && kvm.side.state() == KvmState.OPEN; i++) {
            kvm.submit("a" + i, KvmCommand.read(1, 0x1000 + i, 8));
            while (kvm.unseen() > 0) {
                commands.add(kvm.next());
            }
            assertTrue(commands.size() <= window);
            int choice = random.nextInt(20);
            if (choice == 0 && !answered.isEmpty()) {
                byte[] late = answered.get(random.nextInt(answered.size()));
                kvm.receive(Frames.response(late, Frames.field(late, 16, 8), 1));
            } else if (choice == 1) {
                byte[] junk = new byte[Frames.LENGTH];
                random.nextBytes(junk);
                kvm.receive(junk);
            } else if (choice < 14 && !commands.isEmpty()) {
                byte[] command = commands.remove(random.nextInt(commands.size()));
                answered.add(command);
                kvm.receive(Frames.response(command, Frames.field(command, 16, 8), 1));
            }
        }
        kvm.peerCloses();
        kvm.ends.forEach((name, access) -> {
            if (access.end() == AccessEnd.DONE) {
                assertEquals(0x1000 + Integer.parseInt(name.substring(1)), access.value());
            }
        });
    }

    @Property(tries = 500)
    void aLateOrDoubledResponseFailsTheChannel(@ForAll @IntRange(min = 1, max = 50) int later) {
        KvmHarness kvm = KvmHarness.openTagged(4);
        kvm.read("first", 0);
        byte[] first = kvm.next();
        kvm.receive(Frames.response(first, 1, 1));
        for (int i = 0; i < later; i++) {
            kvm.read("r" + i, 0);
            kvm.receive(Frames.response(kvm.next(), 1, 1));
        }
        kvm.read("last", 0);
        kvm.receive(Frames.response(first, 1, 1));
        assertEquals(KvmState.FAILED, kvm.side.state());
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("last"));
    }

    @Property(tries = 500)
    void noPolicyEverSelectsMoreThanItAllowsOrTheOfferHolds(
            @ForAll long features, @ForAll int versions, @ForAll @IntRange(min = 0, max = 0xFFFF) int window) {
        KvmHarness kvm = KvmHarness.prefer();
        kvm.negotiate(window, features, versions);
        byte[] answer = kvm.next();
        Assume.that(Frames.kind(answer) == 3);
        long version = Frames.field(answer, 8, 2);
        assertTrue(version <= 2 && (versions >>> version & 1) == 1);
        assertEquals(0, Frames.field(answer, 16, 8) & ~(features & 7));
        assertTrue(Frames.field(answer, 10, 2) >= 1 && Frames.field(answer, 10, 2) <= Math.min(64, window));
        assertArrayEquals(new byte[4], Arrays.copyOfRange(answer, 12, 16));
    }

    private static KvmCommand command(int i) {
        return switch (i % 4) {
            case 0 -> KvmCommand.write(1, i, 4, i);
            case 1 -> KvmCommand.read(1, i, 4);
            case 2 -> KvmCommand.write(1, i, 4, i).posted();
            default -> KvmCommand.fence();
        };
    }

    private static KvmHarness atStage(int stage) {
        return switch (stage) {
            case 0 -> KvmHarness.prefer();
            case 1 -> KvmHarness.require();
            case 2 -> KvmHarness.openTagged(4);
            case 3 -> KvmHarness.open(1, 1, 3);
            default -> KvmHarness.off();
        };
    }

    /** Open, with reads that wait, and the order in which a device side answers them, with faults in it. */
    private static byte[] transcript(long seed, int faults) {
        KvmHarness kvm = begin();
        Random random = new Random(seed);
        List<byte[]> commands = new ArrayList<>();
        while (kvm.unseen() > 0) {
            commands.add(kvm.next());
        }
        Collections.shuffle(commands, random);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] command : commands) {
            bytes.writeBytes(Frames.response(command, random.nextLong(), 1 + random.nextInt(4)));
        }
        byte[] whole = bytes.toByteArray();
        for (int i = 0; i < faults; i++) {
            whole[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return Arrays.copyOf(whole, whole.length - random.nextInt(40));
    }

    private static KvmHarness begin() {
        KvmHarness kvm = KvmHarness.openTagged(8);
        for (int i = 0; i < 8; i++) {
            kvm.read("r" + i, i);
        }
        return kvm;
    }

    private static Seen play(List<byte[]> pieces) {
        KvmHarness kvm = begin();
        for (byte[] piece : pieces) {
            kvm.receive(piece);
        }
        kvm.peerCloses();
        List<String> sent = new ArrayList<>();
        while (kvm.unseen() > 0) {
            sent.add(Arrays.toString(kvm.next()));
        }
        String failure = kvm.side.failure().orElseThrow().inWords();
        Map<String, String> ends = new HashMap<>();
        kvm.ends.forEach((name, access) ->
                ends.put(name, access.end() + " " + access.value() + " " + access.status() + " " + access.why()));
        return new Seen(kvm.side.state(), failure, ends, sent);
    }
}
