// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each reference peer is killed at critical moments; the other must get a definite error, and nothing else. Both use the same
 * transport, once each of the two.
 */
@Tag("system")
@ParameterizedClass
@ValueSource(strings = {"netty", "direct"})
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KilledPeersIT {
    /** Far longer than any answer takes on a busy machine; the test waits for the death of the peer. */
    private static final String DEADLINE_MILLIS = "60000";

    private static final String READ = "'region': '0x1', 'offset': '0x128', 'size': 8";
    private static final String HELD_READ = "'region': '0x1', 'offset': '0x110', 'size': 8";

    /** CHN-011 allows 1 s; the rest is for a busy machine. */
    private static final long CLOSED_MAX_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** More often than a kill can hit the moment between a decision to write and the write. */
    private static final int ROUNDS_MAX = 5;

    @Parameter
    private String transport;

    @TempDir
    private Path folder;

    private Path socket;
    private Listening device;
    private DriverSession kvm;

    @BeforeEach
    void startBoth() throws IOException {
        socket = folder.resolve("device.sock");
        // it connects on request, and can be started beside the device until then
        kvm = driver();
        device = new Listening(socket, Programs.device("serve", "--unix", socket.toString(), "--transport", transport));
    }

    @AfterEach
    void stopBoth() {
        kvm.close();
        device.kill();
    }

    @Test
    void deviceKilledBeforeTheHelloLeavesAnAccessUnsent() throws IOException {
        kvm.ask("connect", "");
        device.kill();
        assertEquals("not-sent", kvm.error(kvm.send("read", READ)), "FAI-001");
    }

    @Test
    void deviceKilledBeforeTheOfferFailsTheNegotiation() throws IOException {
        device.stop();
        int connect = kvm.send("connect", "'hello': 'detached'");
        kvm.awaitState("hello-sent");
        device.kill();
        assertEquals("negotiation", kvm.error(connect), "KST-006: not Legacy");
    }

    @Test
    void deviceKilledBeforeTheOfferMayHavePerformedTheReadThatCarriedTheHello() throws IOException {
        String seen = killedBeforeTheOffer();
        // K counts the HELLO as sent a moment before its bytes are out; if the device is killed in that moment, that is
        // right
        for (int i = 1; i < ROUNDS_MAX && seen.equals("not-sent"); i++) {
            stopBoth();
            startBoth();
            seen = killedBeforeTheOffer();
        }
        assertEquals("maybe-executed", seen, "FAI-001");
    }

    private String killedBeforeTheOffer() throws IOException {
        kvm.ask("connect", "");
        device.stop();
        int read = kvm.send("read", READ);
        int next = kvm.send("read", READ);
        kvm.awaitState("hello-sent");
        device.kill();
        String seen = kvm.error(read);
        assertEquals("not-sent", kvm.error(next), "FAI-001");
        return seen;
    }

    @Test
    void deviceKilledInTheMiddleOfAWindowLeavesEveryAccessWithADefiniteError() throws IOException {
        kvm.ask("connect", "'hello': 'detached', 'max_inflight': 2");
        int held = kvm.send("read", HELD_READ);
        assertEquals("0x0", kvm.ask("read", READ).value(), "the held READ was sent before this one");
        kvm.send("read", HELD_READ);
        int beyondTheWindow = kvm.send("read", READ);
        device.kill();
        assertEquals("maybe-executed", kvm.error(held), "FAI-001");
        assertEquals("not-sent", kvm.error(beyondTheWindow), "FAI-001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'hello': 'attached'", "'hello': 'detached'", "'policy': 'off'"})
    void kvmSideThatIsKilledLeavesTheDeviceServingOthers(String connect) throws IOException {
        kvm.ask("connect", connect);
        if (connect.contains("detached")) {
            kvm.send("read", HELD_READ);
        }
        kvm.send("read", READ);
        assertEquals(1, device.channels());
        kvm.kill();
        awaitNoChannel();

        kvm = driver();
        kvm.ask("connect", "'hello': 'detached'");
        assertEquals("0x0", kvm.ask("read", READ).value(), "all state is per channel");
    }

    @Test
    void aDriverTellsTheStateOfItsChannelWhenTheDeviceIsGone() throws IOException {
        kvm.ask("connect", "'hello': 'detached'");
        device.kill();
        JsonObject answer = kvm.receive(kvm.send("read", READ));
        assertEquals("error", answer.get("status").getAsString());
        assertTrue(
                List.of("not-sent", "maybe-executed")
                        .contains(answer.get("error").getAsString()),
                answer::toString);
        assertEquals("failed", answer.getAsJsonObject("channel").get("state").getAsString(), answer::toString);
    }

    private DriverSession driver() throws IOException {
        return new DriverSession(Programs.kvm(
                "driver", "--unix", socket.toString(), "--transport", transport, "--deadline-ms", DEADLINE_MILLIS));
    }

    private void awaitNoChannel() throws IOException {
        long end = System.nanoTime() + CLOSED_MAX_NANOS;
        while (device.channels() > 0) {
            assertTrue(System.nanoTime() - end < 0, "CHN-011: the device keeps the channel of a K that is gone");
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
