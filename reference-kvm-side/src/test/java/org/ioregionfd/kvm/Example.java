// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.io.IOException;
import java.nio.file.Path;
import org.ioregionfd.kvm.netty.AccessResult;
import org.ioregionfd.kvm.netty.KvmChannel;
import org.ioregionfd.kvm.netty.KvmTransport;

final class Example {
    private Example() {}

    static String readRegister(Path socket) throws IOException {
        KvmPolicy policy = KvmPolicy.builder().maxInflight(16).build();
        try (KvmTransport transport = new KvmTransport();
                KvmChannel channel = transport.connect(socket, policy)) {
            AccessResult result = KvmChannel.await(channel.read(1, 0x128, 4)); // carries the HELLO
            Outcome outcome = KvmChannel.await(channel.negotiated());
            return Long.toHexString(result.value()) + ", " + outcome.inWords();
        }
    }
}
