// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;

/** Commands and responses where nothing but their order says whose a response is. */
class KvmVersionZeroAndOneTest {
    private static final int OK = 1;
    private static final long HELLO_OFFSET = 0x7FFF_FFFF_FFFF_FF00L;

    /** One of each version. */
    private static List<KvmHarness> both() {
        return List.of(KvmHarness.off(), KvmHarness.open(1, 1, 3));
    }

    @Test
    void sendsVersionZeroInTheInfoWordLayout() {
        KvmHarness kvm = KvmHarness.off();
        kvm.submit("r", KvmCommand.read(0x0102_0304_0506_0708L, 0x10, 8));
        assertArrayEquals(
                Frames.hex("70000000 00000000 0807060504030201 1000000000000000 0000000000000000"), kvm.next());
        kvm.receive(Frames.response(0));
        kvm.submit("w", KvmCommand.write(2, 0x10, 2, 0xFFFF_FFFF_FFFF_ABCDL));
        assertArrayEquals(
                Frames.hex("51000000 00000000 0200000000000000 1000000000000000 cdab000000000000"), kvm.next());
        kvm.receive(Frames.response(0));
        kvm.submit("p", KvmCommand.write(2, 0x10, 1, 0xFF).posted());
        assertArrayEquals(
                Frames.hex("01000000 00000000 0200000000000000 1000000000000000 ff00000000000000"), kvm.next());
    }

    @Test
    void sendsVersionZeroInTheByteFieldsLayout() {
        KvmHarness kvm = KvmHarness.off(Layout.BYTE_FIELDS);
        kvm.submit("w", KvmCommand.write(2, 0x10, 4, 0x1_2345_6789L));
        assertArrayEquals(
                Frames.hex("01120000 00000000 0200000000000000 1000000000000000 8967452300000000"), kvm.next());
        kvm.receive(Frames.response(0));
        kvm.submit("p", KvmCommand.write(2, 0x10, 4, 1).posted());
        assertArrayEquals(
                Frames.hex("01020000 00000000 0200000000000000 1000000000000000 0100000000000000"), kvm.next());
    }

    @Test
    void sendsVersionOneInTheInfoWordLayoutWhateverTheHellosWas() {
        KvmHarness kvm = new KvmHarness(KvmPolicy.builder().layout(Layout.BYTE_FIELDS)).opened(1, 0, 3);
        kvm.read("r", 0x10);
        assertArrayEquals(
                Frames.hex("60000000 00000000 0100000000000000 1000000000000000 0000000000000000"), kvm.next());
    }

    @Test
    void sendsNothingWhileAResponseIsOutstandingInVersionsZeroAndOne() {
        for (KvmHarness kvm : both()) {
            kvm.read("r1", 0);
            kvm.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
            kvm.read("r2", 4);
            assertEquals(1, kvm.unseen());
            kvm.next();
            kvm.receive(Frames.response(0xFFFF_FFFF_0000_0007L));
            kvm.assertDone("r1", 7, Optional.empty());
            assertEquals(2, kvm.unseen());
            kvm.receive(Frames.response(8));
            assertEquals(8, kvm.value("r2"));
        }
    }

    @Test
    void failsOnAResponseThatAnswersNothingInVersionsZeroAndOne() {
        for (KvmHarness kvm : both()) {
            kvm.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
            kvm.receive(Frames.response(0));
            kvm.assertFailed(Clause.FAI_003);
        }
    }

    @Test
    void failsOnOneByteThatAnswersNothingInVersionsZeroAndOne() {
        for (KvmHarness kvm : both()) {
            kvm.read("r", 0);
            kvm.receive(Frames.response(1));
            kvm.receive(new byte[1]);
            kvm.assertFailed(Clause.FAI_003);
        }
    }

    @Test
    void failsOnOneByteBehindTheResponseAlthoughAnAccessWaits() {
        KvmHarness kvm = KvmHarness.open(1, 1, 3);
        kvm.read("r1", 0);
        kvm.read("r2", 4);
        kvm.receive(Arrays.copyOf(Frames.response(1), Frames.LENGTH + 1));
        kvm.assertFailed(Clause.FAI_003);
        assertEquals(1, kvm.value("r1"));
        assertEquals(AccessEnd.NOT_SENT, kvm.end("r2"));
    }

    @Test
    void ignoresWhatALegacyDevicePutsBehindTheData() {
        KvmHarness kvm = KvmHarness.off();
        kvm.read("r", 0);
        byte[] response = Frames.response(5);
        Arrays.fill(response, 8, 32, (byte) 0xEE);
        kvm.receive(response);
        assertEquals(5, kvm.value("r"));
    }

    @Test
    void noticesAResponseOfVersionTwoInVersionOne() {
        KvmHarness kvm = KvmHarness.open(1, 1, 3);
        kvm.read("r", 0);
        kvm.receive(Frames.response(kvm.next(), 5, OK));
        kvm.assertFailed(Clause.V1_004);
        assertEquals(AccessEnd.MAYBE_EXECUTED, kvm.end("r"));
    }

    @Test
    void sendsNoAccessAtHelloOffsetBeforeAVersionWasAgreed() {
        for (KvmHarness kvm : new KvmHarness[] {KvmHarness.off(), KvmHarness.prefer()}) {
            kvm.submit("r", KvmCommand.read(1, HELLO_OFFSET, 8));
            kvm.submit("w", KvmCommand.write(1, HELLO_OFFSET, 8, 1));
            assertEquals(AccessEnd.NOT_SENT, kvm.end("r"));
            assertEquals(AccessEnd.NOT_SENT, kvm.end("w"));
            assertEquals(0, kvm.unseen());
        }
    }
}
