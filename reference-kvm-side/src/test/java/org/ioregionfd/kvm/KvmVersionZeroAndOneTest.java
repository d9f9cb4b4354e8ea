// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Arrays;
import java.util.Optional;
import org.ioregionfd.wire.Clause;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;

/** Commands and responses where nothing but their order says whose a response is. */
class KvmVersionZeroAndOneTest {
    private static final int OK = 1;
    private static final long HELLO_OFFSET = 0x7FFF_FFFF_FFFF_FF00L;

    private static Conversation legacy(Layout layout) {
        return new Conversation(
                KvmPolicy.builder().policy(Policy.OFF).layout(layout).build());
    }

    private static Conversation exact(int features) {
        return Conversation.open(KvmPolicy.builder().build(), 1, features, 3);
    }

    @Test
    void sendsVersionZeroInTheInfoWordLayout() {
        Conversation conversation = legacy(Layout.INFO_WORD);
        conversation.submit("r", KvmCommand.read(0x0102_0304_0506_0708L, 0x10, 8));
        assertArrayEquals(
                Frames.hex("70000000 00000000 0807060504030201 1000000000000000 0000000000000000"),
                conversation.next());
        conversation.receive(Frames.response(0));
        conversation.submit("w", KvmCommand.write(2, 0x10, 2, 0xFFFF_FFFF_FFFF_ABCDL));
        assertArrayEquals(
                Frames.hex("51000000 00000000 0200000000000000 1000000000000000 cdab000000000000"),
                conversation.next());
        conversation.receive(Frames.response(0));
        conversation.submit("p", KvmCommand.write(2, 0x10, 1, 0xFF).posted());
        assertArrayEquals(
                Frames.hex("01000000 00000000 0200000000000000 1000000000000000 ff00000000000000"),
                conversation.next());
    }

    @Test
    void sendsVersionZeroInTheByteFieldsLayout() {
        Conversation conversation = legacy(Layout.BYTE_FIELDS);
        conversation.submit("w", KvmCommand.write(2, 0x10, 4, 0x1_2345_6789L));
        assertArrayEquals(
                Frames.hex("01120000 00000000 0200000000000000 1000000000000000 8967452300000000"),
                conversation.next());
        conversation.receive(Frames.response(0));
        conversation.submit("p", KvmCommand.write(2, 0x10, 4, 1).posted());
        assertArrayEquals(
                Frames.hex("01020000 00000000 0200000000000000 1000000000000000 0100000000000000"),
                conversation.next());
    }

    @Test
    void sendsVersionOneInTheInfoWordLayoutWhateverTheHellosWas() {
        Conversation conversation =
                Conversation.open(KvmPolicy.builder().layout(Layout.BYTE_FIELDS).build(), 1, 0, 3);
        conversation.read("r", 0x10);
        assertArrayEquals(
                Frames.hex("60000000 00000000 0100000000000000 1000000000000000 0000000000000000"),
                conversation.next());
    }

    @Test
    void sendsNothingWhileAResponseIsOutstandingInVersionsZeroAndOne() {
        for (Conversation conversation : new Conversation[] {legacy(Layout.INFO_WORD), exact(1)}) {
            conversation.read("r1", 0);
            conversation.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
            conversation.read("r2", 4);
            assertEquals(1, conversation.unseen());
            conversation.next();
            conversation.receive(Frames.response(0xFFFF_FFFF_0000_0007L));
            assertEquals(new AccessEnd.Done(7, Optional.empty()), conversation.ends.get("r1"));
            assertEquals(2, conversation.unseen());
            conversation.receive(Frames.response(8));
            assertEquals(8, conversation.done("r2").value());
        }
    }

    @Test
    void failsOnAResponseThatAnswersNothingInVersionsZeroAndOne() {
        for (Conversation conversation : new Conversation[] {legacy(Layout.INFO_WORD), exact(1)}) {
            conversation.submit("p", KvmCommand.write(1, 0, 4, 1).posted());
            conversation.receive(Frames.response(0));
            conversation.assertFailed(Clause.FAI_003);
        }
    }

    @Test
    void failsOnOneByteThatAnswersNothingInVersionsZeroAndOne() {
        for (Conversation conversation : new Conversation[] {legacy(Layout.INFO_WORD), exact(1)}) {
            conversation.read("r", 0);
            conversation.receive(Frames.response(1));
            conversation.receive(new byte[1]);
            conversation.assertFailed(Clause.FAI_003);
        }
    }

    @Test
    void failsOnOneByteBehindTheResponseAlthoughAnAccessWaits() {
        Conversation conversation = exact(1);
        conversation.read("r1", 0);
        conversation.read("r2", 4);
        conversation.receive(Arrays.copyOf(Frames.response(1), Frames.LENGTH + 1));
        conversation.assertFailed(Clause.FAI_003);
        assertEquals(1, conversation.done("r1").value());
        assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("r2"));
    }

    @Test
    void ignoresWhatALegacyDevicePutsBehindTheData() {
        Conversation conversation = legacy(Layout.INFO_WORD);
        conversation.read("r", 0);
        byte[] response = Frames.response(5);
        Arrays.fill(response, 8, 32, (byte) 0xEE);
        conversation.receive(response);
        assertEquals(5, conversation.done("r").value());
    }

    @Test
    void noticesAResponseOfVersionTwoInVersionOne() {
        Conversation conversation = exact(1);
        conversation.read("r", 0);
        conversation.receive(Frames.response(conversation.next(), 5, OK));
        conversation.assertFailed(Clause.V1_004);
        assertInstanceOf(AccessEnd.MaybeExecuted.class, conversation.ends.get("r"));
    }

    @Test
    void sendsNoAccessAtHelloOffsetBeforeAVersionWasAgreed() {
        for (Conversation conversation : new Conversation[] {legacy(Layout.INFO_WORD), Conversation.prefer()}) {
            conversation.submit("r", KvmCommand.read(1, HELLO_OFFSET, 8));
            conversation.submit("w", KvmCommand.write(1, HELLO_OFFSET, 8, 1));
            assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("r"));
            assertInstanceOf(AccessEnd.NotSent.class, conversation.ends.get("w"));
            assertEquals(0, conversation.unseen());
        }
    }
}
