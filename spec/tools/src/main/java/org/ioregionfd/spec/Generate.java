// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ioregionfd.spec.html.HandshakePage;

/** The command spec/generate. */
public final class Generate {
    private static final int DIFFERENT = 1;
    private static final int USAGE = 2;
    /** The sources of the wire were written; the rest must be made with them. */
    private static final int BUILD_AGAIN = 3;

    private static final int FAILED = 4;

    private static final String HELP = """
            spec/generate             writes every file that comes from the document, the registry and the vectors, and in
                                      spec/tools/target handshake.html and traceability.md
            spec/generate --reviewed  says besides that the checks of all changed sentences were read
            spec/generate --page      writes handshake.html only, as each build does: the suite's program has it in its jar
            spec/generate --check     writes nothing, names the files that differ, and ends with 1 if there are any
            """;

    private Generate() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        try {
            return switch (String.join(" ", arguments)) {
                case "" -> write();
                case "--reviewed" -> {
                    ReviewedSentences.write();
                    yield write();
                }
                case "--page" -> page();
                case "--check" -> check();
                case "--help" -> {
                    System.out.print(HELP);
                    yield 0;
                }
                default -> {
                    System.err.print(HELP);
                    yield USAGE;
                }
            };
        } catch (IOException | RuntimeException e) {
            // what is wrong in a source, in its generator's words
            System.err.println("spec/generate: " + e);
            return FAILED;
        }
    }

    private static int check() {
        List<String> java = GeneratedFiles.differing(GeneratedFiles.javaSources());
        List<String> differing = java.isEmpty() ? GeneratedFiles.differing(GeneratedFiles.contents()) : java;
        differing.forEach(file -> System.out.println(shown(file) + " is not what it is generated from"));
        return differing.isEmpty() ? 0 : DIFFERENT;
    }

    private static int write() throws IOException {
        if (tell(GeneratedFiles.write(GeneratedFiles.javaSources()))) {
            return BUILD_AGAIN;
        }
        tell(GeneratedFiles.write(GeneratedFiles.contents()));
        Files.writeString(output().resolve("traceability.md"), new Traceability().table());
        return page();
    }

    private static int page() throws IOException {
        Files.writeString(
                output().resolve("handshake.html"), HandshakePage.of(SpecFiles.text("handshake.md"), SpecFiles.SPEC));
        return 0;
    }

    private static Path output() throws IOException {
        return Files.createDirectories(SpecFiles.SPEC.resolve("tools/target"));
    }

    private static boolean tell(List<String> written) {
        written.forEach(file -> System.out.println(shown(file) + " was written"));
        return !written.isEmpty();
    }

    private static Path shown(String file) {
        return Path.of("spec", file).normalize();
    }
}
