// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles the Java sources of faults. */
final class FaultyClasses {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    /** One for each thread, and kept, so that it reads the class path only once. */
    private static final ThreadLocal<StandardJavaFileManager> FILES =
            ThreadLocal.withInitial(() -> COMPILER.getStandardFileManager(null, null, null));

    private FaultyClasses() {}

    /** The folder of the faulty classes, which are to stand before the peer's own on the class path. */
    static Path of(Fault fault) throws IOException {
        Path classes = Files.createDirectories(fault.folder().resolve("classes"));
        Path folder = Files.createDirectories(fault.folder().resolve("source"));
        List<Path> sources = new ArrayList<>();
        for (Map.Entry<Path, String> source : fault.faultySources().entrySet()) {
            sources.add(Files.writeString(folder.resolve(source.getKey().getFileName()), source.getValue()));
        }
        StringWriter said = new StringWriter();
        // Not --release, for which javac reads the whole JDK's signatures anew with each fault: a third of its time.
        List<String> options = List.of(
                "-proc:none",
                "-nowarn",
                "-source",
                "17",
                "-target",
                "17",
                "-d",
                classes.toString(),
                "-cp",
                classPath());
        StandardJavaFileManager files = FILES.get();
        boolean compiled = COMPILER.getTask(
                        said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                .call();
        assertTrue(compiled, () -> fault.name() + " does not compile:\n" + said);
        return classes;
    }

    /** Failsafe starts the tests from a jar that only names the class path. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
