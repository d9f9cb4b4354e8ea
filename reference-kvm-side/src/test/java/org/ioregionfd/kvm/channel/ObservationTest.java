// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.Frames;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.ScriptedPeer;
import org.ioregionfd.trace.Side;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class ObservationTest extends OnEveryTransport {
    @Test
    void countsWhatHappens() throws Exception {
        KvmCounters counters = new KvmCounters();
        try (ScriptedPeer peer = peer(p -> {
            p.handshake(1);
            p.send(Frames.response(p.frame(), 0xFF, 3));
            p.frame();
            p.send(Frames.response(p.frame(), 0, 1));
            byte[] last = p.frame();
            p.send(Frames.response(last, 0, 9));
            p.drain();
        })) {
            try (KvmTransport counted = kind.open(Observation.by(counters));
                    KvmChannel channel = counted.connect(new Attachment.UnixPath(peer.path()), PREFER)) {
                channel.readValue(1, 0, 4);
                assertEquals(true, channel.write(1, 0, 1, 7).failed());
                channel.post(1, 0, 1, 7);
                channel.fence();
                ended(() -> channel.read(1, 0, 4));
                ended(() -> channel.read(1, 0, 4));
                await(channel.closed());
            }
        }
        assertEquals(
                Map.of(
                        "channels opened", 1L,
                        "channels closed", 1L,
                        "READs answered", 1L,
                        "WRITEs answered", 1L,
                        "access errors", 1L,
                        "WRITEs posted", 1L,
                        "FENCEs answered", 1L,
                        "accesses not sent", 1L,
                        "accesses that may have been executed", 1L,
                        "negotiated: version 2", 1L),
                withoutFailures(counters));
        assertEquals(1L, counters.counts().get("failed: V2-005"));
    }

    private static Map<String, Long> withoutFailures(KvmCounters counters) {
        Map<String, Long> counts = counters.counts();
        counts.keySet().removeIf(label -> label.startsWith("failed: "));
        return counts;
    }

    /** One direction's bytes, or its end. */
    private record Heard(Side from, int length) {}

    @Test
    void hearsEveryFrameInTheOrderOfTheWire() throws Exception {
        List<Heard> heard = new CopyOnWriteArrayList<>();
        Observation tapped = new Observation(
                event -> {}, number -> (from, bytes, index, length) -> heard.add(new Heard(from, length)));
        try (ScriptedPeer peer = aware();
                KvmTransport transport = kind.open(tapped)) {
            KvmChannel channel = transport.connect(new Attachment.UnixPath(peer.path()), REQUIRE);
            assertInstanceOf(Outcome.Agreed.class, channel.negotiate());
            channel.readValue(1, 0, 4);
            channel.close();
            await(channel.closed());
        }
        Heard command = new Heard(Side.KVM, Frames.LENGTH);
        Heard response = new Heard(Side.DEVICE, Frames.LENGTH);
        assertEquals(List.of(command, response, command, response, command, response, new Heard(Side.KVM, 0)), heard);
    }
}
