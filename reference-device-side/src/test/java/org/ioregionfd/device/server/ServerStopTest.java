// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.junit.jupiter.api.Test;

/** The end of a server that is busy. */
class ServerStopTest extends ServerFixture {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private void hold(DeviceAccess access) {
        begun.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        access.done();
    }

    /** A device should not wait; one that does must not keep a program from ending. */
    @Test
    void waitsForNoDeviceThatWaits() throws IOException, InterruptedException {
        DeviceServer holding = listening(directory.resolve("other"), DeviceModel.of(1, 0x1000, () -> this::hold));
        try (UnixPeer peer = UnixPeer.connect(directory.resolve("other"))) {
            peer.send(read(0));
            begun.await();
            holding.close();
            holding.awaitEnd();
            assertEquals(1, released.getCount());
        } finally {
            released.countDown();
            holding.close();
        }
    }
}
