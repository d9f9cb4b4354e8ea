// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import static org.ioregionfd.kvm.cli.DriverRequest.required;

import java.util.concurrent.TimeUnit;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.KvmCommand;

/**
 * A driver's {@code run} request (annex A).
 *
 * @param command the access, a READ or a WRITE with a response
 * @param count how often, at most
 * @param depth how many of them are under way at a time, at most
 * @param nanos after which no access begins any more
 */
record RunRequest(KvmCommand command, long count, int depth, long nanos) {
    private static final long U32_MAX = 0xFFFF_FFFFL;
    private static final long DEPTH_MAX = 0xFFFF;

    static RunRequest of(DriverRequest request, int size) {
        long region = request.u64("region");
        long offset = request.u64("offset");
        String access = required("access", request.string("access"));
        KvmCommand command = switch (access) {
            case "read" -> {
                if (request.string("value").isPresent()) {
                    throw new ConfigurationException("a read has no value");
                }
                yield KvmCommand.read(region, offset, size);
            }
            case "write" -> KvmCommand.write(region, offset, size, request.u64("value"));
            default -> throw new ConfigurationException("access is read or write");
        };
        long count = required("count", request.integer("count", 1, U32_MAX));
        long depth = request.integer("depth", 1, DEPTH_MAX).orElse(1L);
        long millis = request.integer("millis", 1, U32_MAX).orElse(U32_MAX);
        return new RunRequest(command, count, (int) depth, TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
