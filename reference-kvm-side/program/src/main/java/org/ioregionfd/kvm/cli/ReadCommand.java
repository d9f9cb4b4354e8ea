// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.KvmCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads a register. */
@Command(
        name = "read",
        mixinStandardHelpOptions = true,
        description = "Reads a register: the value goes to standard output, the negotiation to standard error.",
        footer = {"", KvmMain.EXIT_STATUS})
final class ReadCommand implements Callable<Integer> {
    @Mixin
    private AccessOptions access = new AccessOptions();

    @Override
    public Integer call() throws IOException {
        KvmCommand read = KvmCommand.read(access.region(), access.offset(), access.size());
        return new AccessRun(access).run(read).number();
    }
}
