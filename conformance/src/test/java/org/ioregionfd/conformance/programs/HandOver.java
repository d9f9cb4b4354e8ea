// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import java.io.IOException;
import java.nio.file.Path;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.DescriptorSender;

/** A VMM that hands its descriptor 3 over on the control socket that is named, and goes. */
final class HandOver {
    private static final int DESCRIPTOR = 3;

    private HandOver() {}

    public static void main(String[] arguments) throws IOException {
        try (DescriptorSender sender = DescriptorSender.connect(new Attachment.UnixPath(Path.of(arguments[0])))) {
            sender.send(DESCRIPTOR);
        }
    }
}
