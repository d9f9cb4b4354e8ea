// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each program writes with --trace, read back by tshark with the dissector. */
@Execution(ExecutionMode.CONCURRENT)
class TracesIT {
    /** Of each packet, with the names of the dissector's fields. */
    private static final List<String> FIELDS = List.of("direction", "frame", "nonce", "digest", "clause");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"netty, direct", "direct, netty"})
    void bothSidesTraceTheSameConversation(String ofDevice, String ofKvm) throws IOException, InterruptedException {
        Path socket = folder.resolve("device.sock");
        Path byDevice = folder.resolve("device.pcapng");
        Path byKvm = folder.resolve("kvm.pcapng");
        List<String> serve = Programs.device(
                "serve", "--unix", socket.toString(), "--transport", ofDevice, "--trace", byDevice.toString());
        // its end completes the trace
        try (Listening device = new Listening(socket, serve)) {
            List<String> options =
                    List.of("--hello detached --deadline-ms 60000 --transport", ofKvm, "--trace", "" + byKvm);
            Programs.Ended read =
                    Programs.run(Programs.kvm("read --unix", device.path(), String.join(" ", options), "1 0x128 4"));
            assertEquals(0, read.exitCode(), read::toString);
        }
        List<List<String>> seenByKvm = dissected(byKvm);
        assertEquals(
                List.of("0 HELLO", "1 OFFER", "0 SELECT", "1 ACCEPT", "0 READ", "1 RESPONSE"),
                seenByKvm.stream()
                        .map(packet -> packet.get(0) + " " + packet.get(1))
                        .toList());
        assertEquals(seenByKvm, dissected(byDevice));
        assertEquals(
                List.of(),
                seenByKvm.stream().filter(packet -> !packet.get(4).isEmpty()).toList(),
                "packets that break a clause");
    }

    /** The packets with a frame in them: each side also notes the ends of streams that it sees. */
    private static List<List<String>> dissected(Path trace) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tshark", "-2", "-n", "-r", trace.toString(), "-X"));
        command.add("lua_script:" + Programs.ROOT.resolve("spec/wireshark/ioregionfd.lua"));
        command.addAll(List.of("-Y", "ioregionfd.frame", "-T", "fields"));
        FIELDS.forEach(field -> command.addAll(List.of("-e", "ioregionfd." + field)));
        try {
            Programs.Ended tshark = Programs.run(command);
            assertEquals(0, tshark.exitCode(), tshark::toString);
            return tshark.out()
                    .lines()
                    .map(line -> List.of(line.split("\t", -1)))
                    .toList();
        } catch (IOException e) {
            return abort("skipped: no tshark on this machine");
        }
    }
}
