// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.OptionalLong;
import org.ioregionfd.kvm.ConfigurationException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What says which register is accessed, where, and how it is told; the same for read and write. */
final class AccessOptions {
    @Mixin
    ChannelOptions channel = new ChannelOptions();

    @Mixin
    PeerOptions peer = new PeerOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    @Parameters(index = "0", paramLabel = "REGION", description = "The region's user_data, decimal or 0x.")
    private String region = "";

    @Parameters(index = "1", paramLabel = "OFFSET", description = "In the region, decimal or 0x.")
    private String offset = "";

    @Parameters(index = "2", paramLabel = "SIZE", description = "1 to 8 bytes.")
    private String size = "";

    long region() {
        return number("REGION", region);
    }

    long offset() {
        return number("OFFSET", offset);
    }

    int size() {
        if (!size.matches("[1-8]")) {
            throw new ConfigurationException("SIZE is 1 to 8 bytes, not " + size);
        }
        return Integer.parseInt(size);
    }

    /** A value that fits the size: what does not would be written as something else. */
    long value(String text) {
        long value = number("VALUE", text);
        if (size() < Long.BYTES && value >>> (Byte.SIZE * size()) != 0) {
            throw new ConfigurationException("VALUE " + text + " does not fit into " + size + " bytes");
        }
        return value;
    }

    private static long number(String name, String text) {
        OptionalLong number = Numbers.parse(text);
        if (number.isEmpty()) {
            throw new ConfigurationException(
                    name + " is a number of 64 bits, decimal or 0x and hexadecimal, not " + text);
        }
        return number.getAsLong();
    }
}
