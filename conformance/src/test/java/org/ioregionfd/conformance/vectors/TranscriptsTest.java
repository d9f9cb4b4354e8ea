// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ioregionfd.conformance.vectors.Transcript.Side;
import org.ioregionfd.kvm.KvmHandshake;
import org.ioregionfd.wire.FrameKind;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Both reference machines send exactly the bytes of the document's transcripts, and end like these. */
class TranscriptsTest {
    private static final String GIVES_UP = "abort-the-user-gives-up";

    private final List<Transcript> transcripts = Transcript.all();

    @TestFactory
    Stream<DynamicTest> deviceSide() {
        return transcripts.stream()
                .filter(transcript -> transcript.canPlay(Side.D))
                .map(transcript -> DynamicTest.dynamicTest(transcript.id(), () -> DevicePlay.of(transcript)));
    }

    @TestFactory
    Stream<DynamicTest> deviceSideWithAllInOneWrite() {
        return transcripts.stream()
                .filter(transcript -> transcript.canPlay(Side.D))
                .filter(transcript -> transcript.outcome().end() != Transcript.End.FAIL)
                .map(transcript -> DynamicTest.dynamicTest(transcript.id(), () -> DevicePlay.atOnce(transcript)));
    }

    @TestFactory
    Stream<DynamicTest> kvmSide() {
        return transcripts.stream()
                .filter(transcript -> transcript.canPlay(Side.K))
                .filter(transcript -> !transcript.id().equals(GIVES_UP))
                .map(transcript -> DynamicTest.dynamicTest(transcript.id(), () -> KvmPlay.of(transcript)));
    }

    /** The whole KVM side selects as soon as it can; only its state machine can be stopped before that [ABT-001]. */
    @Test
    void theUserGivesUpInOffered() {
        Transcript transcript = transcripts.stream()
                .filter(candidate -> candidate.id().equals(GIVES_UP))
                .findFirst()
                .orElseThrow();
        ByteBuf hello = transcript.first(Side.K, FrameKind.HELLO, 0).orElseThrow();
        ByteBuf out = Unpooled.buffer();
        KvmHandshake handshake = new KvmHandshake(KvmSettings.policy(transcript, 0));
        handshake.startAttached(KvmSettings.access(hello, KvmSettings.legacy(hello)), hello.getUnsignedByte(7), out);
        handshake.receive(transcript.frames().get(1).bytes(), 0, out);
        handshake.giveUp(out);

        assertEquals(
                transcript.frames().get(0).hex() + transcript.frames().get(2).hex(), ByteBufUtil.hexDump(out));
    }

    @Test
    void everyEndIsThere() {
        Set<Transcript.End> ends = transcripts.stream()
                .map(transcript -> transcript.outcome().end())
                .collect(Collectors.toSet());
        assertEquals(Set.of(Transcript.End.values()), ends);
    }
}
