// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Channels that say nothing for a while. */
class IdleChannelsTest extends ServerFixture {
    /** More than the server gives a thread that sleeps in the read. */
    private static final int CHANNELS = 40;

    private static final int ASLEEP_MAX = 32;
    private final List<UnixPeer> peers = new ArrayList<>();

    @BeforeEach
    void connectAndRead() throws IOException {
        for (int i = 0; i < CHANNELS; i++) {
            peers.add(connect().send(read(0x128)));
        }
        for (UnixPeer peer : peers) {
            peer.receive();
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        for (UnixPeer peer : peers) {
            peer.close();
        }
    }

    @Test
    void needFewThreads() throws IOException {
        awaitFewThreads();
        for (UnixPeer peer : peers) {
            peer.send(read(0x128));
        }
        for (UnixPeer peer : peers) {
            assertTrue(peer.receive().contains("01"), "the register that counts, of the same channel");
        }
        awaitFewThreads();
        assertEquals(CHANNELS, server.counters().channelsOpen());
    }

    @Test
    void endWithTheirPeer() throws IOException, InterruptedException {
        awaitFewThreads();
        peers.get(CHANNELS - 1).close();
        assertTrue(heard().contains("end of stream"));
    }

    @Test
    void goOnWithAHalfFrame() throws IOException {
        peers.get(CHANNELS - 1).send(read(0x128).slice(0, 7));
        awaitFewThreads();
        peers.get(CHANNELS - 1).send(read(0x128).slice(7, 25));
        assertTrue(peers.get(CHANNELS - 1).receive().contains("01"));
    }

    @Test
    void endWithTheServer() throws InterruptedException {
        awaitFewThreads();
        server.close();
        for (UnixPeer peer : peers) {
            assertTrue(heard().contains("end of stream"));
            assertTrue(peer.isAtEnd());
        }
        server.awaitEnd();
    }

    /** Sooner or later; the test's time-out ends it. */
    private void awaitFewThreads() {
        int threadsMax = transport == Transport.DIRECT_POLLING ? CHANNELS : ASLEEP_MAX;
        while (Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("ioregionfd channel"))
                        .count()
                > threadsMax) {
            Thread.onSpinWait();
        }
    }
}
