// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ioregionfd.conformance.programs.CProgram;
import org.ioregionfd.conformance.programs.Programs;

/** Compiles the C sources of faults. */
final class BentProgram {
    private static final Path SOURCES = Programs.ROOT.resolve("spec/c");

    private BentProgram() {}

    /** The bent program; where there is no C compiler the test is skipped and says so. */
    static Path of(Fault fault) throws IOException, InterruptedException {
        String source = fault.peer() == Fault.Peer.C_DEVICE ? "example-device" : "example-kvm-driver";
        Path folder = Files.createDirectories(fault.folder());
        copyHeaders(folder);
        Files.copy(SOURCES.resolve(source + ".c"), folder.resolve(source + ".c"), StandardCopyOption.REPLACE_EXISTING);
        for (Map.Entry<Path, String> bent : fault.bentSources().entrySet()) {
            Files.writeString(folder.resolve(bent.getKey().getFileName()), bent.getValue());
        }
        Path program = folder.resolve(source);
        // What is bent may leave a variable unused: only what does not compile is an error.
        Programs.Ended compiler =
                CProgram.compiler(List.of("cc", "-std=c11", "-O0", "-o", program.toString(), program + ".c"));
        assertEquals(0, compiler.exitCode(), compiler::toString);
        return program;
    }

    /** They stand beside the program: a quoted include looks there first. */
    private static void copyHeaders(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path header :
                    files.filter(file -> file.toString().endsWith(".h")).toList()) {
                Files.copy(header, folder.resolve(header.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
