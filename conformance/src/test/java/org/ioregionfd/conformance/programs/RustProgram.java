// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The example device in Rust, compiled as its README says. */
public final class RustProgram {
    private static final AtomicReference<Path> DEVICE = new AtomicReference<>();

    private RustProgram() {}

    /** It is compiled once in this process, as {@link CProgram} does. */
    public static synchronized Path device() throws IOException, InterruptedException {
        if (DEVICE.get() == null) {
            Path program =
                    Files.createDirectories(Programs.TARGET.resolve("rust")).resolve("example-device");
            DEVICE.set(compiled(Programs.ROOT.resolve("spec/rust/example-device.rs"), program, "-O", "-D", "warnings"));
        }
        return DEVICE.get();
    }

    /** The program of a source; where there is no compiler the test is skipped and says so. */
    public static Path compiled(Path source, Path program, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("rustc", "--edition", "2021"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", program.toString(), source.toString()));
        Programs.Ended compiler;
        try {
            compiler = Programs.run(command);
        } catch (IOException e) {
            return abort("skipped: no Rust compiler (rustc) on this machine");
        }
        assertEquals(0, compiler.exitCode(), compiler::toString);
        return program;
    }
}
