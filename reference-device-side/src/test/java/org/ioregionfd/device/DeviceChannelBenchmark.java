// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The cost of each command for a device side, without its I/O. Run by the profile {@code jmh}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DeviceChannelBenchmark {
    private static final int BATCH = 64;

    private final Kvm exact = Kvm.open(DevicePolicy.DEFAULT, 1, FeatureSet.NONE, 1);
    private final Kvm tagged = Kvm.open(DevicePolicy.DEFAULT, 2, FeatureSet.ALL, BATCH);
    private final ByteBuf exactReads = Unpooled.directBuffer();
    private final ByteBuf taggedReads = Unpooled.directBuffer();
    private final ByteBuf out = Unpooled.directBuffer(BATCH * Frame.LENGTH, BATCH * Frame.LENGTH);

    /** Channels that are open. */
    public DeviceChannelBenchmark() {
        for (int i = 1; i <= BATCH; i++) {
            exactReads.writeBytes(Kvm.read(Layout.INFO_WORD, 4, 1, 0x128));
            taggedReads.writeBytes(Kvm.taggedRead(i, 4, 1, 0x128));
        }
    }

    /** READs of the conformance device in version 1. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int servesVersionOne() {
        return serve(exact, exactReads);
    }

    /** The same in version 2 with all features. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int servesVersionTwo() {
        return serve(tagged, taggedReads);
    }

    /** A new channel, a detached handshake and its end. */
    @Benchmark
    public DeviceState shakesHands() {
        return Kvm.open(DevicePolicy.DEFAULT, 2, FeatureSet.ALL, BATCH).channel.state();
    }

    private int serve(Kvm kvm, ByteBuf reads) {
        kvm.channel.receive(reads.readerIndex(0), out.clear(), 0);
        return out.writerIndex();
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
