// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.interop.InteropResult.Pair;
import org.ioregionfd.conformance.interop.KvmSetting.Hello;
import org.ioregionfd.conformance.interop.KvmSetting.Policy;
import org.ioregionfd.conformance.interop.PairOutcome.End;
import org.ioregionfd.conformance.rules.Dialect;
import org.junit.jupiter.api.Test;

class InteropResultTest {
    private static final KvmSetting PREFER =
            new KvmSetting(Policy.PREFER, Hello.ATTACHED, Dialect.INFO_WORD, List.of(1));
    private static final DeviceSetting ALLOW =
            new DeviceSetting(DeviceSetting.Kind.ALLOW, Dialect.INFO_WORD, List.of(1));
    private static final Pair RIGHT = pair(PairOutcome.of(PREFER, ALLOW).toString());
    private static final Pair WRONG = pair(PairOutcome.without(End.LEGACY).toString());

    private static Pair pair(String seen) {
        return new Pair("C", PREFER, "java netty", ALLOW, PairOutcome.of(PREFER, ALLOW), seen);
    }

    @Test
    void allPairsAsExpected() {
        InteropResult result = new InteropResult(List.of(RIGHT, RIGHT), Optional.empty());

        assertTrue(result.isAsExpected());
        assertEquals("2 pairs, 0 wrong", result.verdict());
        assertEquals(List.of(), result.remarks());
        assertEquals("""
                                        allow 1
                prefer attached 1       open 1 x2""", result.table());
    }

    @Test
    void oneThatIsNot() {
        InteropResult result = new InteropResult(List.of(RIGHT, WRONG), Optional.of("the peers in C: none"));

        assertFalse(result.isAsExpected());
        assertEquals("2 pairs, 1 wrong", result.verdict());
        assertEquals(
                List.of(
                        "wrong: K C, prefer attached 1, info-word; D java netty, allow 1, info-word: expected open 1,"
                                + " window 1, features [POSTED_WRITES], seen legacy",
                        "not played: the peers in C: none"),
                result.remarks());
        assertEquals("""
                                        allow 1
                prefer attached 1       WRONG x1
                                        open 1 x1""", result.table());
    }

    @Test
    void jsonTellsEveryPair() {
        JsonObject root = JsonParser.parseString(new InteropResult(List.of(WRONG), Optional.empty()).json())
                .getAsJsonObject();

        assertEquals("1 pairs, 1 wrong", root.get("verdict").getAsString());
        JsonObject pair = root.getAsJsonArray("pairs").get(0).getAsJsonObject();
        assertEquals(
                "open 1, window 1, features [POSTED_WRITES]",
                pair.get("expected").getAsString());
        assertEquals("legacy", pair.get("seen").getAsString());
        assertEquals("allow 1", pair.get("device_setting").getAsString());
    }
}
