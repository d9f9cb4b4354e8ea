// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ioregionfd.conformance.faults.Fault.Change;
import org.ioregionfd.conformance.faults.Fault.Peer;
import org.ioregionfd.conformance.programs.Programs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** [HEL-007] The suite finds a KVM side whose HELLO differs from the plain READ in one bit of any byte. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("faults")
class HelloBitsIT {
    private static final Path CODEC =
            Programs.ROOT.resolve("spec/java/src/main/java/org/ioregionfd/wire/HandshakeCodec.java");

    private static final String LAST_OF_A_HELLO = "        out.setLongLE(index + Fields.HELLO_OFFSET, hello.offset());";

    @TestFactory
    Stream<DynamicTest> oneWrongBitIsFound() {
        return IntStream.concat(IntStream.range(0, 2), IntStream.range(8, 32))
                .mapToObj(octet -> DynamicTest.dynamicTest("byte " + octet, () -> isFound(fault(octet))));
    }

    /** Another bit in each byte, so that all eight are tried. */
    private static Fault fault(int octet) {
        String place = "index + " + octet;
        String flip = "        out.setByte(" + place + ", out.getByte(" + place + ") ^ " + (1 << octet % 8) + ");";
        Change change = new Change(CODEC, LAST_OF_A_HELLO, LAST_OF_A_HELLO + "\n" + flip);
        return Fault.planted(Peer.KVM, "hello-wrong-in-byte-" + octet, "HEL-007", change);
    }

    private static void isFound(Fault fault) throws IOException, InterruptedException, ReflectiveOperationException {
        List<World.Verdict> verdicts = World.judge(new World.Run(
                fault.peer().role(),
                List.of(fault.clause()),
                World.SEED,
                World.ANSWER_WITHIN_MILLIS,
                fault.run().name(),
                World.ONE_FAILURE,
                FaultyPeer.of(fault)));
        assertTrue(
                verdicts.stream()
                        .anyMatch(
                                verdict -> verdict.isKill() && verdict.clauses().contains(fault.clause())),
                verdicts::toString);
    }
}
