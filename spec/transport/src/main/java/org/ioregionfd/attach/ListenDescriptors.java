// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ioregionfd.attach.Attachment.Descriptor;

/**
 * The descriptors that a service manager started this process with (socket activation: LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES
 * in the environment, see sd_listen_fds(3)). {@link InheritedDescriptor#inspect} tells the kind of each: a listening one goes
 * to {@link DirectListener#listen}, a connected one to {@link DirectChannel#open}.
 */
public final class ListenDescriptors {
    private static final int FIRST = 3;

    /** More than any service has; a wrong number must not become a list of a billion. */
    private static final int COUNT_MAX = 1024;

    private ListenDescriptors() {}

    /**
     * Reads an environment.
     *
     * @param environment the process's, as a rule
     * @param processId its own; descriptors for another process, for example a parent, are not used
     * @return in the order of their numbers, which begin with 3 and have no gap; none if this process was started without them
     * @throws IOException if the variables make no sense, with a message for the user
     */
    public static List<Descriptor> of(Map<String, String> environment, long processId) throws IOException {
        String count = environment.get("LISTEN_FDS");
        String meant = environment.get("LISTEN_PID");
        if (count == null || meant == null || number("LISTEN_PID", meant, Long.MAX_VALUE) != processId) {
            return List.of();
        }
        int descriptors = (int) number("LISTEN_FDS", count, COUNT_MAX);
        String names = environment.getOrDefault("LISTEN_FDNAMES", "");
        int named = names.split(":", -1).length;
        if (!names.isEmpty() && named != descriptors) {
            throw new IOException("LISTEN_FDNAMES has " + named + " names for " + descriptors + " descriptors");
        }
        return IntStream.range(FIRST, FIRST + descriptors)
                .mapToObj(Descriptor::new)
                .toList();
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
