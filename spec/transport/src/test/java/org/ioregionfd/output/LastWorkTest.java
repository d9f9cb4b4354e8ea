// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LastWorkTest {
    /** Says when its last work is done, which it adds when the JVM ends already, as after a signal during the start. */
    static final class Late {
        public static void main(String[] args) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> LastWork.add("late", () -> System.out.println("done"))));
            System.exit(7);
        }
    }

    @Test
    void isDoneAtOnceWhereTheProgramEndsAlready() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Late.class.getName())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();

        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertEquals("done\n", printed);
        assertEquals(7, process.waitFor());
    }
}
