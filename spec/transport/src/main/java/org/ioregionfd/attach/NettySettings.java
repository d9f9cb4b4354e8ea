// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

/** How the programs set up Netty, before they use it. A property on the command line comes first; a library sets nothing. */
public final class NettySettings {
    private NettySettings() {}

    /** Leaves out two things that a program does not need: events for Java's flight recorder, and a search for leaks. */
    public static void leaveOutDiagnostics() {
        prefer("io.netty.jfr.enabled", "false");
        prefer("io.netty.leakDetection.level", "disabled");
    }

    /** Sets one property. */
    public static void prefer(String property, String value) {
        System.setProperty(property, System.getProperty(property, value));
    }
}
