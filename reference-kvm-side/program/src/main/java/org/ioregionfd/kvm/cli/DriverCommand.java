// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.ConfigurationException;
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
        requireInput();
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

    /** If standard input was closed, the first file that the JVM opens gets its number, and this is a file of the JVM. */
    private static void requireInput() throws IOException {
        Path input = Path.of("/proc/self/fd/0");
        Path jvm = Path.of(System.getProperty("java.home")).toRealPath();
        if (Files.isRegularFile(input) && input.toRealPath().startsWith(jvm)) {
            throw new ConfigurationException("standard input is closed");
        }
    }
}
