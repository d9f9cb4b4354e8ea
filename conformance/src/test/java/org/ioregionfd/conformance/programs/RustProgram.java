// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles the sources in Rust. */
public final class RustProgram {
    private RustProgram() {}

    /** The program beside its source, without its ending; where there is no compiler the test is skipped and says so. */
    public static Path compiled(Path source, Path program, String... options)
            throws IOException, InterruptedException {
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
