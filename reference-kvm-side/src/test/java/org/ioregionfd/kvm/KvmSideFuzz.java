// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.VersionSet;

/**
 * Anything that a device may send, at any time, against the whole machine. The input is a script: settings, then steps of
 * the guest, of the transport and of the device, some of them with the right nonce, digest or tag.
 */
class KvmSideFuzz {
    @FuzzTest(maxDuration = "3s")
    void takesAnyBytes(byte[] input) {
        attempt(input);
    }

    static void attempt(byte[] input) {
        new Attempt(Unpooled.wrappedBuffer(input)).run();
    }

    /** One script. */
    private static final class Attempt {
        private static final int NONCE = 4;
        private static final Layout[] LAYOUTS = Layout.values();
        private static final Policy[] POLICIES = Policy.values();
        private static final HelloMode[] MODES = HelloMode.values();
        private static final int[] SIZES = {1, 2, 4, 8};

        private final ByteBuf script;
        private final KvmSide<Integer> side;
        private final List<KvmAccess<Integer>> accesses = new ArrayList<>();
        private final Set<Integer> ended = new HashSet<>();
        /** Everything that was written, and how much was given out. */
        private final ByteBuf written = Unpooled.buffer();

        private final ByteBuf given = Unpooled.buffer();
        private byte[] offer = {};
        private long nowNanos;

        Attempt(ByteBuf script) {
            this.script = script;
            KvmPolicy.Builder builder = KvmPolicy.builder()
                    .versions(new VersionSet(2 + 2 * (next() % 3)))
                    .features(new FeatureSet(next() & 7))
                    .layout(LAYOUTS[next() % LAYOUTS.length])
                    .maxInflight(1 + next() % 5);
            Policy policy = POLICIES[next() % POLICIES.length];
            HelloMode hello = policy == Policy.REQUIRE ? HelloMode.DETACHED : MODES[next() % MODES.length];
            side = new KvmSide<>(builder.policy(policy).hello(hello).build(), NONCE);
        }

        void run() {
            while (script.isReadable()) {
                step(next() % 9);
                settle();
            }
            side.peerClosed(nowNanos);
            settle();
            // [FAI-001]
            assertEquals(accesses.size(), ended.size());
            assertEquals(KvmState.FAILED, side.state());
        }

        private void step(int kind) {
            switch (kind) {
                case 0 -> {
                    accesses.add(new KvmAccess<>(accesses.size()).ask(command()));
                    side.submit(accesses.get(accesses.size() - 1), nowNanos);
                }
                case 1 -> write();
                case 2 -> receive(raw(next() % 70));
                case 3 -> offer();
                case 4 -> accept();
                case 5 -> respond();
                case 6 -> receive(Frames.response(next()));
                case 7 -> {
                    nowNanos += next() * 10_000_000L;
                    side.deadlineReached(nowNanos);
                }
                default -> fail();
            }
        }

        private KvmCommand command() {
            int op = next();
            int size = SIZES[op >> 4 & 3];
            int at = next();
            long offset = at == 0xFF ? org.ioregionfd.wire.Frame.HELLO_OFFSET : at;
            return switch (op & 3) {
                case 0 -> KvmCommand.read(1, offset, size);
                case 1 -> KvmCommand.write(2, offset, size, next());
                case 2 -> KvmCommand.write(2, offset, size, next()).posted();
                default -> KvmCommand.fence();
            };
        }

        /** Some of what is to be written, or all of it. */
        private void write() {
            side.take(given, side.takeable());
            int length = Math.min(given.readableBytes(), 1 + next());
            written.writeBytes(given, length);
            side.written(length, nowNanos);
        }

        private void offer() {
            byte[] hello = new byte[Frames.LENGTH];
            hello[7] = NONCE;
            offer = Frames.offer(hello, next(), next() % 8, next() % 16, next() % 16);
            receive(offer);
        }

        /** The ACCEPT of the last SELECT that was written, or nearly. */
        private void accept() {
            byte[] select = lastOfKind(3);
            byte[] hello = lastOfKind(1);
            if (select.length > 0 && hello.length > 0 && offer.length > 0) {
                byte[] accept = Frames.accept(hello, offer, select);
                int bent = next();
                receive(bent < 200 ? accept : Frames.with(accept, bent % Frames.LENGTH, next()));
            }
        }

        /** A response of version 2 to one of the frames that were written. */
        private void respond() {
            int frames = written.readableBytes() / Frames.LENGTH;
            if (frames > 0) {
                byte[] command = frame(Math.max(0, frames - 1 - next() % 8));
                receive(Frames.response(command, next(), next() % 6));
            }
        }

        private void fail() {
            // Seldom: it ends the script's use
            switch (next() % 32) {
                case 0 -> side.writeFailed(nowNanos);
                case 1 -> side.peerClosed(nowNanos);
                case 2 -> side.close(nowNanos);
                case 3, 4, 5, 6, 7, 8, 9, 10 -> abandon();
                default -> side.take(given, next());
            }
        }

        /** The caller of one of the last accesses no longer waits: then the access has ended, and is not polled. */
        private void abandon() {
            int number = accesses.size() - 1 - next() % 8;
            if (number >= 0 && !ended.contains(number)) {
                side.abandon(accesses.get(number), "", nowNanos);
                ended.add(number);
            }
        }

        private void receive(byte[] bytes) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            side.receive(in, nowNanos);
            assertEquals(0, in.readableBytes());
        }

        private void settle() {
            for (KvmAccess<Integer> next = side.pollEndedAccess(); next != null; next = side.pollEndedAccess()) {
                assertTrue(ended.add(next.token()), "ended twice");
            }
            boolean aborts =
                    side.failure().filter(Failure.Aborted.class::isInstance).isPresent();
            if (side.state() == KvmState.FAILED) {
                // [ABT-002]
                assertTrue(side.takeable() == 0 || aborts, "frames after the end");
                assertEquals(accesses.size(), ended.size());
            }
        }

        private byte[] lastOfKind(int kind) {
            for (int number = written.readableBytes() / Frames.LENGTH - 1; number >= 0; number--) {
                if (Frames.kind(frame(number)) == kind) {
                    return frame(number);
                }
            }
            return new byte[0];
        }

        private byte[] frame(int number) {
            byte[] frame = new byte[Frames.LENGTH];
            written.getBytes(number * Frames.LENGTH, frame);
            return frame;
        }

        private byte[] raw(int length) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) next();
            }
            return bytes;
        }

        private int next() {
            return script.isReadable() ? script.readUnsignedByte() : 0;
        }
    }
}
