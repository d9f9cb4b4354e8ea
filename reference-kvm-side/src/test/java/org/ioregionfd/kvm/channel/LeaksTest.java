// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaksTest {
    @AfterEach
    void forget() {
        Leaks.clear();
    }

    @Test
    void noticesABufferThatWasNotReleased() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            UnpooledByteBufAllocator.DEFAULT.directBuffer(1);
            while (Leaks.reports().isEmpty()) {
                Thread.onSpinWait();
            }
        });
    }
}
