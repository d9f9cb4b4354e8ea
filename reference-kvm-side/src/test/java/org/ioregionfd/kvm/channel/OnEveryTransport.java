// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.ScriptedPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The common part of tests of channels: a transport of each kind, a place for sockets, and the check for leaks. */
@ParameterizedClass
@EnumSource
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@SuppressWarnings("try") // closing is what some of these look at
abstract class OnEveryTransport {
    static final KvmPolicy PREFER = ScriptedPeer.patient().build();
    static final KvmPolicy REQUIRE =
            ScriptedPeer.patient().policy(Policy.REQUIRE).build();
    static final KvmPolicy IMPATIENT =
            KvmPolicy.builder().deadlineNanos(TimeUnit.MILLISECONDS.toNanos(50)).build();

    @TempDir
    Path directory;

    @Parameter
    Transport kind;

    KvmTransport transport;

    @BeforeEach
    void open() throws IOException {
        transport = kind.open(Observation.NONE);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @AfterAll
    static void leaksNothing() {
        assertEquals(List.of(), Leaks.reports());
    }

    ScriptedPeer peer(ScriptedPeer.Script script) throws IOException {
        return ScriptedPeer.start(directory, script);
    }

    /** A peer that agrees to all and answers each READ with its offset. */
    ScriptedPeer aware() throws IOException {
        return peer(p -> {
            p.handshake(0x77);
            p.echoOffsets();
        });
    }

    KvmChannel connect(ScriptedPeer peer, KvmPolicy policy) throws IOException {
        return transport.connect(new Attachment.UnixPath(peer.path()), policy);
    }

    /** How a call that waits ended. */
    static AccessException ended(Executable call) {
        return assertThrows(AccessException.class, call);
    }

    static AccessEnd endOf(Executable call) {
        return ended(call).end();
    }

    /** The result of a stage, or the exception with which it fails. */
    static <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Waits, in a script. */
    static void pass(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
