// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.KvmCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a register. */
@Command(
        name = "read",
        mixinStandardHelpOptions = true,
        description = "Reads a register: the value goes to standard output, the negotiation to standard error.",
        footer = {"", KvmMain.EXIT_STATUS})
final class ReadCommand implements Callable<Integer> {
    @Mixin
    private ChannelOptions options = new ChannelOptions();

    @Mixin
    private PeerOptions peer = new PeerOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "REGION", description = "The region's user_data, decimal or 0x.")
    private String region = "";

    @Parameters(index = "1", paramLabel = "OFFSET", description = "In the region, decimal or 0x.")
    private String offset = "";

    @Parameters(index = "2", paramLabel = "SIZE", description = "1, 2, 4 or 8 bytes.")
    private String size = "";

    @Override
    public Integer call() throws IOException, NoPeerException {
        long inRegion = AccessArguments.number("REGION", region);
        long atOffset = AccessArguments.number("OFFSET", offset);
        int ofSize = AccessArguments.size(size);
        AccessRun.Printed printed = json ? AccessRun.Printed.JSON : AccessRun.Printed.VALUE;
        return new AccessRun(options, peer, printed)
                .run(KvmCommand.read(inRegion, atOffset, ofSize))
                .number();
    }
}
