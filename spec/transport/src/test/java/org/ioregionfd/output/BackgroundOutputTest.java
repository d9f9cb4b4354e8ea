// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that take nothing for a while, or never. */
@Timeout(30)
class BackgroundOutputTest {
    private static final Pattern NOTICE =
            Pattern.compile("\\((\\d+) lines? (?:is|are) lost here: nobody read standard error in time\\)");

    private static final int CAPACITY = 8192;
    private static final long LONG_MILLIS = 20_000;

    private final List<Integer> writes = new ArrayList<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch isRead = new CountDownLatch(1);

    /** Takes something only once it is read. */
    private final OutputStream stuck = new OutputStream() {
        @Override
        public void write(int data) {
            throw new IllegalStateException("byte by byte");
        }

        @Override
        public void write(byte[] bytes, int index, int length) throws IOException {
            awaitReader();
            writes.add(length);
            written.write(bytes, index, length);
        }
    };

    private void awaitReader() throws IOException {
        try {
            isRead.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static boolean offer(BackgroundOutput output, String record) {
        return output.offer(record.getBytes(StandardCharsets.US_ASCII), 0, record.length());
    }

    private static String record(int number) {
        return "record %4d;".formatted(number);
    }

    @Test
    void takesWhatThereIsRoomForAndLosesTheRestWhole() {
        BackgroundOutput output = BackgroundOutput.start("test", CAPACITY, () -> stuck);
        StringBuilder taken = new StringBuilder();
        int lost = 0;
        for (int i = 0; i < 10_000; i++) {
            if (offer(output, record(i))) {
                taken.append(record(i));
            } else {
                lost++;
            }
        }
        output.close(1);
        assertTrue(lost > 8000, "" + lost);
        assertEquals(10_000 - lost, output.unwritten());
        isRead.countDown();
        output.close(LONG_MILLIS);

        assertEquals(taken.toString(), written.toString(StandardCharsets.US_ASCII));
        assertEquals(0, output.unwritten());
        assertTrue(
                writes.stream()
                        .allMatch(length -> length <= 4096 && length % record(0).length() == 0),
                "" + writes);
        assertFalse(offer(output, "late"));
    }

    @Test
    void waitsForNoOpen() {
        BackgroundOutput output = BackgroundOutput.start("test", CAPACITY, () -> {
            awaitReader();
            return stuck;
        });
        assertTrue(offer(output, "early"));
        output.await(1);
        assertEquals(1, output.unwritten());
        isRead.countDown();
        output.await(LONG_MILLIS);

        assertEquals("early", written.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void takesNothingAfterAFailure() {
        BackgroundOutput output = BackgroundOutput.start("test", CAPACITY, () -> {
            throw new IOException("no such luck");
        });
        output.await(LONG_MILLIS);

        assertFalse(output.hasRoom(1));
        assertFalse(offer(output, "late"));
        assertEquals("no such luck", output.failure().orElseThrow().getMessage());
    }

    @Test
    void tellsInTheLogHowManyLinesAreLostThere() {
        BackgroundOutput output = BackgroundOutput.start("test", CAPACITY, () -> stuck);
        ErrorLines log = new ErrorLines(output);
        for (int i = 0; i < 100_000; i++) {
            print(log, "line %d%n".formatted(i));
        }
        assertFalse(log.isWhole());
        isRead.countDown();
        output.await(LONG_MILLIS);
        log.close();

        // where the writing thread takes a full batch in between, there is room for more lines behind a first notice
        int next = 0;
        for (String line : written.toString(StandardCharsets.US_ASCII).lines().toList()) {
            Matcher notice = NOTICE.matcher(line);
            if (notice.matches()) {
                next += Integer.parseInt(notice.group(1));
            } else {
                assertEquals("line " + next++, line);
            }
        }
        assertEquals(100_000, next);
        assertFalse(log.isWhole());
    }

    @Test
    void printsAsciiOnly() throws IOException {
        ByteArrayOutputStream ascii = new ByteArrayOutputStream();
        new AsciiEscapes(ascii).write("gr\u00fc\u00df\n".getBytes(StandardCharsets.UTF_8));

        assertEquals("gr\\xc3\\xbc\\xc3\\x9f\n", ascii.toString(StandardCharsets.US_ASCII));
    }

    private static void print(OutputStream to, String text) {
        try {
            to.write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
