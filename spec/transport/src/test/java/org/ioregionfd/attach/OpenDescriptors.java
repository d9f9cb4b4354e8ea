// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The descriptors of this process. The JDK's own are blocking, like most inherited descriptors. */
final class OpenDescriptors {
    private static final Path FOLDER = Path.of("/proc/self/fd");
    private static final long WAIT_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The adopter of the number of one of these closes it, so its object must never be collected. */
    private static final List<Object> KEPT = new ArrayList<>();

    private OpenDescriptors() {}

    /** What each number stands for. */
    static Map<Integer, String> all() throws IOException {
        Map<Integer, String> all = new TreeMap<>();
        try (Stream<Path> links = Files.list(FOLDER)) {
            for (Path link : links.toList()) {
                String target = target(link);
                if (!target.isEmpty()) {
                    all.put(Integer.valueOf(link.getFileName().toString()), target);
                }
            }
        }
        return all;
    }

    /** Empty if it is no longer open: the one that lists the folder, for example. */
    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Opens something whose only new descriptor stands for {@code prefix...}, and gives its number. */
    static synchronized int numberOf(String prefix, Callable<?> opener) throws Exception {
        Map<Integer, String> before = all();
        KEPT.add(opener.call());
        List<Integer> opened = all().entrySet().stream()
                .filter(entry -> entry.getValue().startsWith(prefix))
                .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        assertEquals(1, opened.size(), opened.toString());
        return opened.get(0);
    }

    /** Sockets, pipes and what belongs to waiting, without files. */
    static long count() throws IOException {
        return all().values().stream().filter(target -> !target.startsWith("/")).count();
    }

    /** Waits until there are no more of them than that: the last thread that leaves a closed one releases it. */
    static void awaitCount(long expected) throws IOException {
        long deadlineNanos = System.nanoTime() + WAIT_MAX_NANOS;
        while (count() > expected && System.nanoTime() < deadlineNanos) {
            Thread.onSpinWait();
        }
        assertTrue(count() <= expected, all().toString());
    }
}
