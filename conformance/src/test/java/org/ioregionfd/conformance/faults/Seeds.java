// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.ioregionfd.conformance.programs.CProgram;
import org.ioregionfd.conformance.programs.RustProgram;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The peers without faults pass the whole suite with every seed: no check fails by chance. Run by {@code -Dlong=Seeds}. */
@Execution(ExecutionMode.CONCURRENT)
class Seeds {
    private static final long FIRST = Long.getLong("seeds.first", 1);
    private static final long COUNT = Long.getLong("seeds.count", 100);

    /** What to start for each seed. */
    private record Peer(String name, String role, Function<Path, Process> program) {}

    @TestFactory
    Stream<DynamicTest> everyPeerPassesWithEverySeed()
            throws IOException, InterruptedException, ReflectiveOperationException {
        List<Peer> peers = peers();
        return LongStream.range(FIRST, FIRST + COUNT)
                .boxed()
                .flatMap(seed -> peers.stream()
                        .map(peer ->
                                DynamicTest.dynamicTest(peer.name() + ", seed " + seed, () -> passes(peer, seed))));
    }

    private static void passes(Peer peer, long seed) throws ReflectiveOperationException {
        assertEquals(List.of(), World.findings(World.Run.quick(peer.role(), seed, peer.program())));
    }

    private static List<Peer> peers() throws IOException, InterruptedException, ReflectiveOperationException {
        List<Peer> peers = new ArrayList<>();
        for (String transport : List.of("netty", "direct")) {
            for (String layout : List.of("info-word", "byte-fields")) {
                peers.add(new Peer(
                        "Java device, " + transport + ", " + layout,
                        "device",
                        ReferencePeer.of(
                                "device", Optional.empty(), List.of("--transport", transport, "--layout", layout))));
            }
            peers.add(new Peer(
                    "Java KVM side, " + transport,
                    "kvm",
                    ReferencePeer.of("kvm", Optional.empty(), List.of("--transport", transport))));
        }
        Path device = Path.of(CProgram.compiled("spec/c/example-device.c"));
        for (String layout : List.of("info-word", "byte-fields")) {
            peers.add(new Peer("C device, " + layout, "device", FaultyPeer.program(device, "--layout", layout)));
            peers.add(new Peer(
                    "Rust device, " + layout, "device", FaultyPeer.program(RustProgram.device(), "--layout", layout)));
        }
        Path driver = Path.of(CProgram.compiled("spec/c/example-kvm-driver.c"));
        peers.add(new Peer("C KVM side", "kvm", FaultyPeer.program(driver)));
        return peers;
    }
}
