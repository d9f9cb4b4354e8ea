// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.output.StandardStreams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Carries out the requests in JSON lines on standard input (annex A of the document). */
@Command(
        name = "driver",
        mixinStandardHelpOptions = true,
        description = "Takes requests as JSON lines on standard input and answers on standard output;"
                + " the options are the defaults of connect requests.",
        footer = {"", KvmMain.EXIT_STATUS})
final class DriverCommand implements Callable<Integer> {
    @Mixin
    private ChannelOptions options = new ChannelOptions();

    @Mixin
    private PeerOptions peer = new PeerOptions();

    @Override
    public Integer call() throws IOException {
        if (!StandardStreams.isInputOpen()) {
            throw new ConfigurationException("standard input is closed");
        }
        requireSound();
        try (Session session = new Session(peer)) {
            new Driver(session, options, new Lines(System.in), new DriverAnswers(System.out)).run();
        }
        return ExitCode.DONE.number();
    }

    /** [DRV-008] What the host forbids, a request may still set otherwise. */
    private void requireSound() {
        try {
            options.builder().build();
        } catch (ConfigurationException e) {
            if (!e.isOfHost()) {
                throw e;
            }
        }
    }
}
