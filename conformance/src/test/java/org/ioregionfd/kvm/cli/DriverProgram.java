// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.ioregionfd.conformance.faults.inner.InnerProcess;

/**
 * The reference KVM side as {@code driver} runs it, in this JVM. Its class loader decides which of its classes are faulty. It
 * stands in this package because the program has no other way in than standard input.
 */
public final class DriverProgram implements Function<Path, Process> {
    private final String transport;

    /** {@code words} are options of {@code driver}: the transport. */
    public DriverProgram(List<String> words) {
        transport = words.contains("direct") ? "direct" : "netty";
    }

    @Override
    public Process apply(Path socket) {
        PeerOptions options = new PeerOptions();
        options.unix = socket.toString();
        options.transport = transport;
        try {
            Session session = new Session(options);
            return new InnerProcess(
                    (in, out) -> {
                        try (session) {
                            new Driver(session, new ChannelOptions(), new Lines(in), new DriverAnswers(out)).run();
                        }
                    },
                    session);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
