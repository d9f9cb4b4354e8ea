// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.examples;

import java.io.IOException;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.netty.NettyDeviceServer;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServerOptions;

/** One register of 8 bytes, in the region with user_data 7. */
public final class Scratch implements Device {
    private long value;

    @Override
    public void perform(DeviceAccess access) {
        if (access.isWrite()) {
            value = access.data();
            access.done();
        } else {
            access.answer(value >>> (8 * access.offset()));
        }
    }

    /** Serves it at a path or an abstract name, until the server is closed. */
    static DeviceServer serve(String pathOrAbstractName) throws IOException {
        ServerOptions options = ServerOptions.serving(DeviceModel.of(7, 8, Scratch::new))
                .withPolicy(DevicePolicy.DEFAULT.withMaxInflight(16));
        DeviceServer server = NettyDeviceServer.open(options);
        server.listen(Attachment.ofUnix(pathOrAbstractName));
        return server;
    }
}
