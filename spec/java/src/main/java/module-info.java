// SPDX-License-Identifier: BSD-3-Clause

/** Frames and their codec. */
module org.ioregionfd.wire {
    requires io.netty.common;
    requires static org.jspecify;
    requires transitive io.netty.buffer;

    exports org.ioregionfd.wire;
}
