// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ioregionfd.device.OutstandingCommands.Wait;
import org.ioregionfd.wire.Status;

/** The slots against a plain list of tags. */
class OutstandingCommandsProperties {
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void keepsOrderTagsAndBoundOfAList(
            @ForAll @IntRange(min = 1, max = 9) int maxInflight, @ForAll @Size(max = 60) List<Integer> steps) {
        OutstandingCommands outstanding = new OutstandingCommands(maxInflight);
        List<Integer> tags = new ArrayList<>();
        int nextTag = 1;
        for (int step : steps) {
            if (step % 2 == 0 && !outstanding.isFull()) {
                // Tags a multiple of a power of two apart, which share buckets where the spread is bad.
                nextTag += 1 << 16;
                int slot = outstanding.add(nextTag, Wait.DEVICE);
                outstanding.complete(slot, nextTag, Status.BAD_OFFSET);
                tags.add(nextTag);
            } else if (!tags.isEmpty()) {
                int position = Math.floorMod(step, tags.size());
                outstanding.remove(slotAt(outstanding, position));
                tags.remove(position);
            }
            assertSame(tags, outstanding, maxInflight);
        }
    }

    private static void assertSame(List<Integer> tags, OutstandingCommands outstanding, int maxInflight) {
        assertEquals(tags.isEmpty(), outstanding.isEmpty());
        assertEquals(tags.size() == maxInflight, outstanding.isFull());
        for (int position = 0; position < tags.size(); position++) {
            int slot = slotAt(outstanding, position);
            assertEquals(tags.get(position), outstanding.tag(slot));
            assertEquals((long) tags.get(position), outstanding.value(slot));
            assertEquals(Status.BAD_OFFSET, outstanding.status(slot));
            assertEquals(Wait.TURN, outstanding.waitOf(slot));
        }
        for (int n = 0; n < 70; n++) {
            int tag = 1 + n * (1 << 16);
            assertEquals(tags.contains(tag), outstanding.hasTag(tag));
        }
    }

    private static int slotAt(OutstandingCommands outstanding, int position) {
        int slot = outstanding.first();
        for (int i = 0; i < position; i++) {
            slot = outstanding.after(slot);
        }
        return slot;
    }
}
