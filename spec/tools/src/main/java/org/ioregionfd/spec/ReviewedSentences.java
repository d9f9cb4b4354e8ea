// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** A checksum of each sentence, as it was when its checks were last read. */
final class ReviewedSentences {
    private static final String FILE = "registry/reviewed.json";

    private ReviewedSentences() {}

    /** The clauses whose sentences are new, gone, or not what they were. */
    static Set<String> changed() {
        Map<String, String> reviewed = new TreeMap<>();
        SpecFiles.json(FILE)
                .properties()
                .forEach(e -> reviewed.put(e.getKey(), e.getValue().asString()));
        Map<String, String> now = sums();
        Set<String> changed = new TreeSet<>(reviewed.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(id -> Objects.equals(reviewed.get(id), now.get(id)));
        return changed;
    }

    /** Records that the checks of all present sentences were read. */
    static void write() throws IOException {
        Files.writeString(SpecFiles.SPEC.resolve(FILE), SpecFiles.pretty(sums()) + "\n");
    }

    private static Map<String, String> sums() {
        Map<String, String> sums = new TreeMap<>();
        new HandshakeDocument().clauses().forEach(clause -> sums.put(clause.id(), sum(clause.sentence())));
        return sums;
    }

    private static String sum(String sentence) {
        CRC32C crc = new CRC32C();
        crc.update(sentence.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
