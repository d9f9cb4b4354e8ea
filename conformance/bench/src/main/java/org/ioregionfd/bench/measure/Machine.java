// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.nio.file.Path;
import java.util.List;

/** What a reader must know about the machine, and nothing that shows whose it is. */
public final class Machine {
    private static final Path CPUS = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Processor, their number, operating system, JVM. */
    public static List<String> inWords() {
        String model = ProcFile.values(CPUS, "model name").stream().findFirst().orElse(System.getProperty("os.arch"));
        int own = Runtime.getRuntime().availableProcessors();
        int all = ProcFile.values(CPUS, "processor").size();
        return List.of(
                "%s, %d for the suite of %d in all".formatted(model, own, Math.max(own, all)),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vm.name") + ")");
    }
}
