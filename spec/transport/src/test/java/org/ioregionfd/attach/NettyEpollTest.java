// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.Version;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which Netty will do; how each cause is told stands in EmbeddingIT, where each has a JVM of its own. */
class NettyEpollTest {
    @Test
    void takesTheNettyThatTheBuildTestsWith() {
        assertDoesNotThrow(() -> NettyEpoll.require("no epoll"));
        String tested = Version.identify().get("netty-transport").artifactVersion();
        assertTrue(tested.startsWith(NettyEpoll.NEEDED + '.'), tested);
    }

    @Test
    void namesTheJarsThatAreTooOldAndNoOthers() {
        assertEquals(
                "netty-a 4.1.118.Final, netty-b 3.10.6.Final",
                NettyEpoll.tooOld(new TreeMap<>(Map.of(
                        "netty-a", "4.1.118.Final",
                        "netty-b", "3.10.6.Final",
                        "netty-c", "4.2.0.Final",
                        "netty-d", "4.10.0.Final",
                        "netty-e", "5.0.0.Alpha2",
                        "netty-f", "of my own"))));
    }
}
