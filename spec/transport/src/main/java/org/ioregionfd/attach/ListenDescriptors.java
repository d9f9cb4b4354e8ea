// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The descriptors that a service manager started this process with (socket activation: LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES
 * in the environment, see sd_listen_fds(3)). {@link InheritedDescriptor#inspect} tells the kind of each: a listening one goes
 * to {@link DirectListener#listen}, a connected one to {@link DirectChannel#open}.
 *
 * @param descriptors in the order of their numbers, which begin with 3 and have no gap; none if this process was started
 *     without them
 */
public record ListenDescriptors(List<Named> descriptors) {
    private static final int FIRST = 3;

    /** More than any service has; a wrong number must not become a list of a billion. */
    private static final int COUNT_MAX = 1024;

    private static final String UNKNOWN = "unknown";

    /**
     * One of them.
     *
     * @param number the descriptor's
     * @param name that the service manager gave it, or "unknown"
     */
    public record Named(int number, String name) {}

    public ListenDescriptors {
        descriptors = List.copyOf(descriptors);
    }

    /**
     * Reads an environment.
     *
     * @param environment the process's, as a rule
     * @param processId its own; descriptors for another process, for example a parent, are not used
     * @throws IOException if the variables make no sense, with a message for the user
     */
    public static ListenDescriptors of(Map<String, String> environment, long processId) throws IOException {
        String count = environment.get("LISTEN_FDS");
        String meant = environment.get("LISTEN_PID");
        if (count == null || meant == null || number("LISTEN_PID", meant, Long.MAX_VALUE) != processId) {
            return new ListenDescriptors(List.of());
        }
        int descriptors = (int) number("LISTEN_FDS", count, COUNT_MAX);
        List<String> names = names(environment.getOrDefault("LISTEN_FDNAMES", ""), descriptors);
        List<Named> named = new ArrayList<>(descriptors);
        for (int i = 0; i < descriptors; i++) {
            named.add(new Named(FIRST + i, names.get(i)));
        }
        return new ListenDescriptors(named);
    }

    private static List<String> names(String joined, int count) throws IOException {
        if (joined.isEmpty()) {
            return Collections.nCopies(count, UNKNOWN);
        }
        List<String> names = List.of(joined.split(":", -1));
        if (names.size() != count) {
            throw new IOException("LISTEN_FDNAMES has " + names.size() + " names for " + count + " descriptors");
        }
        return names;
    }

    private static long number(String variable, String text, long max) throws IOException {
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException(variable + " is no number: " + text, e);
        }
        throw new IOException(variable + " is not within 0 and " + max + ": " + text);
    }
}
