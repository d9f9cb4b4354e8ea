// SPDX-License-Identifier: BSD-3-Clause

/** Frames and their codec. */
module org.ioregionfd.wire {
    requires static org.jspecify;
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;

    exports org.ioregionfd.wire;
}
