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
import org.ioregionfd.conformance.programs.RustProgram;

/** Compiles the C and the Rust sources of faults. */
final class FaultyProgram {
    private static final Path C = Programs.ROOT.resolve("spec/c");
    private static final Path RUST = Programs.ROOT.resolve("spec/rust");

    private FaultyProgram() {}

    /** The faulty program; where there is no compiler the test is skipped and says so. */
    static Path of(Fault fault) throws IOException, InterruptedException {
        return switch (fault.peer()) {
            case C_DEVICE -> inC(fault, "example-device");
            case C_KVM -> inC(fault, "example-kvm-driver");
            case RUST_DEVICE -> inRust(fault, "example-device");
            case DEVICE, KVM -> throw new IllegalArgumentException(fault + " is no fault of a program");
        };
    }

    private static Path inC(Fault fault, String source) throws IOException, InterruptedException {
        Path program = faulty(fault, C, "(" + source + "\\.c|.*\\.h)").resolve(source);
        // What is faulty may leave a variable unused: only what does not compile is an error.
        Programs.Ended compiler =
                CProgram.compiler(List.of("cc", "-std=c11", "-O0", "-o", program.toString(), program + ".c"));
        assertEquals(0, compiler.exitCode(), compiler::toString);
        return program;
    }

    private static Path inRust(Fault fault, String source) throws IOException, InterruptedException {
        Path folder = faulty(fault, RUST, ".*\\.rs");
        return RustProgram.compiled(folder.resolve(source + ".rs"), folder.resolve(source), "-A", "warnings");
    }

    /** The folder of the faulty sources: all that stand beside each other, as a quoted include and a module need them. */
    private static Path faulty(Fault fault, Path sources, String names) throws IOException {
        Path folder = Files.createDirectories(fault.folder());
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.filter(file -> file.getFileName().toString().matches(names))
                    .toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        for (Map.Entry<Path, String> faulty : fault.faultySources().entrySet()) {
            Files.writeString(folder.resolve(faulty.getKey().getFileName()), faulty.getValue());
        }
        return folder;
    }
}
