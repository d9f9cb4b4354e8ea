// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What a KVM side costs for each access, without its I/O. Run by the profile {@code jmh}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KvmSideBenchmark {
    private final KvmSide<String> side = KvmHarness.openTagged(64).side;
    private final KvmAccess<String> access = new KvmAccess<>("access");
    private final ByteBuf sent = Unpooled.directBuffer(Frame.LENGTH, Frame.LENGTH);
    private final ByteBuf received = Unpooled.directBuffer(Frame.LENGTH, Frame.LENGTH);

    /** A READ in version 2: its command out, its response in, its end. */
    @Benchmark
    public @Nullable KvmAccess<String> reads() {
        side.submit(access.read(1, 0x128, 4), 1);
        side.take(sent.clear(), Frame.LENGTH);
        side.written(Frame.LENGTH, 1);
        TaggedResponse.write(received.clear(), 42, sent.getIntLE(4), Status.OK);
        side.receive(received, 1);
        return side.pollEndedAccess();
    }

    /** Runs all of them. */
    @Test
    void run() throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(getClass().getName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
