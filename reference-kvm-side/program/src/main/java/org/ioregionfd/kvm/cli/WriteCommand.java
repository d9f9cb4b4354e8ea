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
    private AccessOptions access = new AccessOptions();

    @Option(names = "--posted", description = "Want no response: done when it is sent, errors are lost.")
    private boolean posted;

    @Parameters(index = "3", paramLabel = "VALUE", description = "Decimal or 0x.")
    private String value = "";

    @Override
    public Integer call() throws IOException {
        KvmCommand write = KvmCommand.write(access.region(), access.offset(), access.size(), access.value(value));
        return new AccessRun(access).run(posted ? write.posted() : write).number();
    }
}
