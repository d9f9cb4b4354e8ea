// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ioregionfd.conformance.vectors.Transcript.Sent;
import org.ioregionfd.conformance.vectors.Transcript.Side;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.DeviceState;
import org.ioregionfd.device.Ending;
import org.ioregionfd.device.Grease;
import org.ioregionfd.device.Policy;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.VersionSet;

/** The real device side gets K's frames of a transcript, and must send D's frames. */
final class DevicePlay {
    /** Room for all responses that a whole window of 65535 can make ready. */
    private static final int OUT_MAX = 1 << 22;

    private static final long MEMORY_REGION = 1;

    private final Transcript transcript;
    private final DeviceChannel channel;
    private final ArrayDeque<String> said = new ArrayDeque<>();
    private long nowNanos;

    private DevicePlay(Transcript transcript) {
        this.transcript = transcript;
        channel = new DeviceChannel(policy(transcript), Framing.STREAM, device(transcript));
    }

    /** Plays the whole transcript and asserts every frame and the end. */
    static void of(Transcript transcript) {
        DevicePlay play = new DevicePlay(transcript);
        for (int i = 0; i < transcript.frames().size(); i++) {
            play.step(i);
        }
        play.assertEnd();
    }

    /** [CHN-002] Plays all of K's frames in one write: what comes of it is the same. Not for a D at fault. */
    static void atOnce(Transcript transcript) {
        DevicePlay play = new DevicePlay(transcript);
        ByteBuf written = Unpooled.buffer();
        List<String> answers = new ArrayList<>();
        for (Sent frame : transcript.frames()) {
            if (frame.from() == Side.K) {
                written.writeBytes(frame.bytes());
            } else {
                answers.add(frame.hex());
            }
        }
        play.receive(written);
        assertEquals(answers, List.copyOf(play.said));
        play.said.clear();
        play.assertEnd();
    }

    private void step(int index) {
        Sent frame = transcript.frames().get(index);
        if (frame.from() == Side.K) {
            assertTrue(said.isEmpty(), () -> "says more before frame " + index + ": " + said);
            receive(frame.bytes());
        } else if (transcript.isFault(index)) {
            said.clear();
        } else {
            assertEquals(frame.hex(), said.poll(), "frame " + index);
        }
    }

    private void receive(ByteBuf frame) {
        nowNanos++;
        ByteBuf out = Unpooled.buffer(Frame.LENGTH, OUT_MAX);
        channel.receive(frame, out, nowNanos);
        assertEquals(0, out.readableBytes() % Frame.LENGTH, "whole frames");
        while (out.isReadable()) {
            said.add(ByteBufUtil.hexDump(out.readSlice(Frame.LENGTH)));
        }
    }

    private void assertEnd() {
        assertTrue(said.isEmpty(), () -> "says more at the end: " + said);
        switch (transcript.outcome().end()) {
            case OPEN -> {
                var agreement = assertInstanceOf(DeviceState.Open.class, channel.state())
                        .agreement();
                assertEquals(transcript.outcome().word(), Transcript.inWords(agreement));
                assertEndsSilently();
            }
            case LEGACY, UNNEGOTIATED -> {
                assertInstanceOf(DeviceState.Unnegotiated.class, channel.state());
                assertEndsSilently();
            }
            case REJECT -> assertRejected();
            case ABORT -> {
                assertEquals(Phase.CLOSED, channel.phase());
                int reason =
                        assertInstanceOf(Ending.Aborted.class, ending()).abort().reasonCode();
                assertEquals(transcript.outcome().word(), Transcript.reason(reason));
            }
            case FAIL -> {
                channel.peerClosed();
                assertInstanceOf(Ending.EndOfStream.class, ending());
            }
            case CLOSE -> {
                assertEquals(Phase.CLOSED, channel.phase());
                var violation =
                        assertInstanceOf(Ending.Violated.class, ending()).violation();
                assertEquals(
                        transcript.violates().orElseThrow(), violation.clause().id());
                // [DST-007]
                receive(Unpooled.wrappedBuffer(new byte[Frame.LENGTH]));
                assertTrue(said.isEmpty(), () -> "says more after it has closed: " + said);
            }
        }
    }

    /** [CHN-014] Nothing is sent for what was not handed by the end of the stream. */
    private void assertEndsSilently() {
        assertEquals(Phase.SERVING, channel.phase());
        channel.peerClosed();
        assertEquals(Phase.CLOSED, channel.phase());
        receive(Unpooled.EMPTY_BUFFER);
        assertTrue(said.isEmpty(), () -> "says more at the end of the stream: " + said);
    }

    private void assertRejected() {
        var rejected = assertInstanceOf(Ending.Rejected.class, ending());
        assertEquals(
                transcript.outcome().word(), Transcript.reason(rejected.reject().reasonCode()));
        assertEquals(
                transcript.violates().orElseThrow(),
                rejected.violation().clause().id());
        // [REJ-001] drains until the deadline, and sends nothing
        assertEquals(Phase.DRAINING, channel.phase());
        receive(Unpooled.wrappedBuffer(new byte[Frame.LENGTH]));
        assertTrue(said.isEmpty(), () -> "says more after its REJECT: " + said);
        channel.deadlineReached(channel.nextDeadlineNanos().orElseThrow());
        assertEquals(Phase.CLOSED, channel.phase());
    }

    private Ending ending() {
        return channel.ending().orElseThrow();
    }

    /** A device whose memory holds the transcript's values, written on another channel beforehand. */
    private static DeviceModel device(Transcript transcript) {
        ConformanceDevice device = new ConformanceDevice();
        DeviceModel model = new DeviceModel(ConformanceDevice.REGIONS, () -> device);
        DeviceChannel before = new DeviceChannel(
                DevicePolicy.DEFAULT.withPolicy(Policy.OFF).withLayout(Layout.INFO_WORD), Framing.STREAM, model);
        for (Map.Entry<String, JsonElement> cell : transcript
                .configured(Side.D, "memory")
                .map(memory -> memory.getAsJsonObject().entrySet())
                .orElse(Set.of())) {
            ByteBuf write = Unpooled.buffer();
            LegacyCommand.writeWrite(
                    write,
                    Layout.INFO_WORD,
                    3,
                    ResponseWanted.NO,
                    MEMORY_REGION,
                    Long.decode(cell.getKey()),
                    Transcript.u64(cell.getValue()));
            before.receive(write, Unpooled.buffer(Frame.LENGTH, OUT_MAX), 0);
        }
        return model;
    }

    private static DevicePolicy policy(Transcript transcript) {
        DevicePolicy policy = DevicePolicy.DEFAULT
                .withGrease(Grease.NONE)
                .withLayout(transcript
                        .configured(Side.D, "layout")
                        .map(layout -> Layout.valueOf(layout.getAsString()))
                        .orElse(Layout.INFO_WORD))
                .withPolicy(transcript
                        .configured(Side.D, "policy")
                        .map(word -> Policy.valueOf(word.getAsString()))
                        .orElse(Policy.ALLOW));
        return transcript
                .first(Side.D, FrameKind.OFFER, 0)
                .map(offer -> offering(policy, offer))
                .orElse(policy)
                .withRequiredFeatures(new FeatureSet(transcript.bits(Side.D, "required_features", 0)));
    }

    /** The policy that gives this OFFER. */
    private static DevicePolicy offering(DevicePolicy policy, ByteBuf offer) {
        VersionSet versions = new VersionSet(offer.getIntLE(24));
        FeatureSet features = new FeatureSet(offer.getLongLE(16));
        Policy asked = versions.lists(0) ? Policy.ALLOW : Policy.REQUIRE;
        return policy.withVersions(versions.and(new VersionSet(0x00FF_FFFE)))
                .withFeatures(features.without(FeatureSet.GREASE))
                .withGrease(new Grease(versions.and(VersionSet.GREASE), features.and(FeatureSet.GREASE)))
                .withMaxInflight(offer.getUnsignedShortLE(14))
                .withPolicy(policy.policy() == Policy.ALLOW ? asked : policy.policy());
    }
}
