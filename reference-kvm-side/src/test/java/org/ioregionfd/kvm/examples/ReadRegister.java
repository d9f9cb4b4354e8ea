// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.direct.DirectTransport;

final class ReadRegister {
    private ReadRegister() {}

    static String readRegister(Path socket) throws IOException {
        KvmPolicy policy = KvmPolicy.builder().maxInflight(16).build();
        try (KvmTransport transport = new DirectTransport();
                KvmChannel channel = transport.connect(new Attachment.UnixPath(socket), policy)) {
            AccessResult result = channel.read(1, 0x128, 4); // carries the HELLO
            Outcome outcome = channel.negotiate(); // waits for its end
            return Long.toHexString(result.value()) + ", " + outcome.inWords();
        } catch (AccessException e) {
            return e.end().label() + ": " + e.getMessage();
        }
    }
}
