// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A FIFO as the place of a report: its reader gets the report, and none is not waited for. */
class ReportFileTest {
    @TempDir
    private Path directory;

    @Test
    void aFifoWithoutAReaderIsNotWaitedForForEver() throws Exception {
        Path fifo = fifo();
        IOException nobody = assertThrows(IOException.class, () -> ReportFile.opened(fifo, Duration.ofMillis(10)));

        assertEquals("nobody has opened it for reading within 0 s", nobody.getMessage());
        // the thread that waits is let go
        Files.newInputStream(fifo).close();
    }

    @Test
    void aFifoWithAReaderIsWritten() throws Exception {
        Path fifo = fifo();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(fifo);
            } catch (IOException e) {
                return e.toString();
            }
        });
        try (OutputStream out = ReportFile.opened(fifo, Duration.ofSeconds(20))) {
            out.write('x');
        }

        assertEquals("x", read.get());
    }

    private Path fifo() throws IOException, InterruptedException {
        Path fifo = directory.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }
}
