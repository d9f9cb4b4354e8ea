// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Does what JSON lines on standard input say (annex A of the document). */
@Command(
        name = "driver",
        mixinStandardHelpOptions = true,
        description = "Takes requests as JSON lines on standard input and answers on standard output;"
                + " options are what a connect request leaves unsaid.",
        footer = {"", KvmMain.EXIT_STATUS})
final class DriverCommand implements Callable<Integer> {
    @Mixin
    private ChannelOptions options = new ChannelOptions();

    @Mixin
    private PeerOptions peer = new PeerOptions();

    @Override
    public Integer call() throws IOException {
        options.builder().build();
        try (Session session = new Session(peer)) {
            new Driver(session, options, new Lines(System.in), new DriverAnswers(System.out)).run();
        }
        return ExitCode.DONE.number();
    }
}
