// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel asks of a header: that of user space compiles alone, sparse finds nothing, comments are kernel-doc. */
class CKernelRulesTest {
    private static final Path ROOT = SpecFiles.SPEC.getParent();
    private static final String MODULE = "reference-kvm-side/linux/module/ioregionfd.h";

    /** Where the kernel's own headers are; Debian has those of the architecture in a folder beside. */
    private static final Path INCLUDE = Path.of("/usr/include");

    private static final Pattern OF_THE_KERNEL =
            Pattern.compile("/usr/include/([^/]*-linux-gnu/)?(linux|asm|asm-generic)/.*");

    /** As usr/include/Makefile of Linux 7.2 does it with each header: in C90 and in C++98, with no libc. */
    @ParameterizedTest
    @CsvSource({
        "gcc,c,-std=c90 -Werror=implicit-function-declaration",
        "clang,c,-std=c90 -Werror=implicit-function-declaration",
        "gcc,c++,-std=c++98",
        "clang,c++,-std=c++98"
    })
    void theHeadersOfUserSpaceCompileAlone(String compiler, String language, String options) throws IOException {
        String probe = compiler + " -x" + language;
        assumeTrue(new CCompiler(probe, List.of(probe.split(" ", -1))).works(), "not here: " + probe);
        assumeTrue(Files.exists(INCLUDE.resolve("linux/types.h")), "the kernel's headers are not here");
        for (String header : List.of("spec/c/ioregionfd_handshake.h", "spec/c/ioregionfd_state.h", MODULE)) {
            Path file = ROOT.resolve(header);
            String command = "%s %s -Wall -Wextra -Werror -nostdinc%s -x %s /dev/null -include %s -include %s"
                    .formatted(compiler, options, folders(), language, file, file);

            assertEquals(new CCompiler.Run(0, ""), run(command + " -fsyntax-only"), header);
            assertEquals(
                    List.of(),
                    Stream.of(run(command + " -M").output().split("[\\\\\\s]+", -1))
                            .filter(word -> word.endsWith(".h") && !word.startsWith(ROOT.toString()))
                            .filter(OF_THE_KERNEL.asMatchPredicate().negate())
                            .toList());
        }
    }

    private static String folders() throws IOException {
        try (Stream<Path> inside = Files.list(INCLUDE)) {
            return Stream.concat(
                            Stream.of(INCLUDE), inside.filter(f -> f.toString().endsWith("-linux-gnu")))
                    .map(folder -> " -I " + folder)
                    .collect(Collectors.joining());
        }
    }

    private static CCompiler.Run run(String command) throws IOException {
        return CCompiler.run(List.of(command.split(" ", -1)), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-m32 "})
    void sparseFindsNothing(String option) throws IOException {
        assumeTrue(isThere("sparse"), "no sparse here");
        try (Stream<Path> files = Files.list(CCompiler.SOURCES)) {
            for (Path source :
                    files.filter(f -> f.toString().matches(".*\\.[ch]")).toList()) {
                String found = run("sparse -Wsparse-all -D__CHECK_ENDIAN__ -std=gnu11 " + option + source)
                        .output();

                // Of the system's headers it does not know every attribute.
                assertEquals(
                        List.of(),
                        found.lines()
                                .filter(line -> line.startsWith(CCompiler.SOURCES.toString()))
                                .filter(line -> !line.contains(": note: "))
                                .toList());
            }
        }
    }

    /** A tool that is not there cannot be started. */
    private static boolean isThere(String tool) {
        try {
            return run(tool + " --version").status() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ioregionfd_handshake.h", "ioregionfd_state.h"})
    void everythingPublicHasItsKernelDoc(String header) throws IOException {
        KernelDoc documented = KernelDoc.of(Files.readString(CCompiler.SOURCES.resolve(header)));

        assertEquals(List.of(), documented.wrong());
        assertTrue(documented.names().size() > 20, "too few names to mean anything: " + documented.names());
        for (String name : KernelDoc.publicNames(CCompiler.SOURCES, header)) {
            assertTrue(documented.names().contains(name), "no kernel-doc: " + name);
        }
    }

    @Test
    void aCommentThatDoesNotFitItsFunctionIsFound() {
        String function = """
                /**
                 * twice() - Doubles.
                 * @of: the number
                 *
                 * Return: its double
                 */
                static __inline__ int twice(int of)
                {
                """;
        assertEquals(List.of(), KernelDoc.of(function).wrong());
        assertEquals(
                List.of("twice: @number, and not @of"),
                KernelDoc.of(function.replace("int of", "int number")).wrong());
        assertEquals(
                List.of("twice: no Return"),
                KernelDoc.of(function.replace(" * Return", " * It gives")).wrong());
        assertEquals(
                List.of("thrice: the comment is that of twice"),
                KernelDoc.of(function.replace("int twice", "int thrice")).wrong());
    }
}
