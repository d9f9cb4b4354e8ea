// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.KvmCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a register. */
@Command(
        name = "write",
        mixinStandardHelpOptions = true,
        description = "Writes a register; the negotiation goes to standard error.",
        footer = {"", KvmMain.EXIT_STATUS})
final class WriteCommand implements Callable<Integer> {
    @Mixin
    private ChannelOptions options = new ChannelOptions();

    @Mixin
    private PeerOptions peer = new PeerOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--posted", description = "Want no response: done when it is sent, errors are lost.")
    private boolean posted;

    @Parameters(index = "0", paramLabel = "REGION", description = "The region's user_data, decimal or 0x.")
    private String region = "";

    @Parameters(index = "1", paramLabel = "OFFSET", description = "In the region, decimal or 0x.")
    private String offset = "";

    @Parameters(index = "2", paramLabel = "SIZE", description = "1, 2, 4 or 8 bytes.")
    private String size = "";

    @Parameters(index = "3", paramLabel = "VALUE", description = "Decimal or 0x.")
    private String value = "";

    @Override
    public Integer call() throws IOException, NoPeerException {
        long inRegion = AccessArguments.number("REGION", region);
        long atOffset = AccessArguments.number("OFFSET", offset);
        int ofSize = AccessArguments.size(size);
        long number = AccessArguments.value(value, ofSize);
        AccessRun.Printed printed = json ? AccessRun.Printed.JSON : AccessRun.Printed.NOTHING;
        KvmCommand write = KvmCommand.write(inRegion, atOffset, ofSize, number);
        return new AccessRun(options, peer, printed)
                .run(posted ? write.posted() : write)
                .number();
    }
}
