// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
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

/** The cost of reading and writing a frame. Run by the profile {@code jmh}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private final ByteBuf command = Unpooled.directBuffer(Frame.LENGTH);
    private final ByteBuf response = Unpooled.directBuffer(Frame.LENGTH);
    private final ByteBuf hello = Unpooled.directBuffer(Frame.LENGTH);
    private final ByteBuf out = Unpooled.directBuffer(Frame.LENGTH, Frame.LENGTH);
    private final TaggedCommand taggedCommand;
    private final TaggedResponse taggedResponse;
    private final TranscriptDigest digest = new TranscriptDigest();
    private final Accept accept = new Accept(2, 64, FeatureSet.ALL, 1);

    /** A READ, its response, and a detached HELLO. */
    public CodecBenchmark() {
        TaggedCommand.writeRead(command, 2, 7, 1, 0x128);
        TaggedResponse.write(response, 42, 7, Status.OK);
        hello.writeShortLE(0x40).writeBytes(new byte[] {'I', 'O', 'R', 'H', 'S', 1});
        hello.writeLongLE(0).writeLongLE(Frame.HELLO_OFFSET).writeIntLE(7).writeIntLE(0x1234);
        taggedCommand = new TaggedCommand();
        taggedResponse = new TaggedResponse();
    }

    /** All that a device side looks at in a READ of version 2. */
    @Benchmark
    public long readsACommand() {
        taggedCommand.read(command, 0);
        return taggedCommand.violation(FeatureSet.ALL).isPresent()
                ? 0
                : taggedCommand.tag() + taggedCommand.userData() + taggedCommand.offset();
    }

    /** A READ. */
    @Benchmark
    public ByteBuf writesACommand() {
        TaggedCommand.writeRead(out.clear(), 2, 7, 1, 0x128);
        return out;
    }

    /** All that a KVM side looks at. */
    @Benchmark
    public long readsAResponse() {
        taggedResponse.read(response, 0);
        return taggedResponse.violation().isPresent() ? 0 : taggedResponse.tag() + taggedResponse.data();
    }

    /** With a status. */
    @Benchmark
    public ByteBuf writesAResponse() {
        TaggedResponse.write(out.clear(), 42, 7, Status.OK);
        return out;
    }

    /** Makes an object of it. */
    @Benchmark
    public Decoding decodesAHello() {
        return HandshakeCodec.decodeCommand(hello, 0);
    }

    /** From an object. */
    @Benchmark
    public ByteBuf encodesAnAccept() {
        HandshakeCodec.encode(accept, out.clear());
        return out;
    }

    /** The digest of a whole frame. */
    @Benchmark
    public int sealsAFrame() {
        return digest.seal(hello, 0);
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
