// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.conformance.programs.Programs;
import org.ioregionfd.conformance.rules.Sender;

/**
 * A named fault: one rule of a peer that was made wrong. A fault is a text file, and the peers hold no trace of it:
 *
 * <pre>
 * breaks: OFR-002
 * says: the OFFER does not echo the nonce
 * --- old reference-device-side/src/main/java/org/ioregionfd/device/DeviceHandshake.java
 * lines as they stand in that file, exactly once
 * --- new
 * what they are replaced with
 * </pre>
 *
 * A line {@code run: full} asks for a run that is not quick, for a fault that only a slow check finds; a line {@code as:
 * process} for a peer in a process of its own. A line {@code with: --transport direct} gives its program these words. A line
 * {@code check:} names the check that finds it, which is tried first. A line {@code equivalent:} argues that no check can find it: the change alters
 * nothing that another peer could see.
 *
 * @param name of the file, without its ending
 * @param peer the folder that it stands in
 * @param clause that a run of the suite must name
 * @param says in a few words, what is wrong
 * @param words options of its program
 * @param check that finds it, if others of its clause would run before
 * @param equivalent why no check can find it; empty as a rule
 * @param changes what makes the peer wrong
 */
record Fault(
        String name,
        Peer peer,
        String clause,
        String says,
        Run run,
        As as,
        List<String> words,
        Optional<String> check,
        Optional<String> equivalent,
        List<Change> changes) {
    static final Path FAULTS = Programs.ROOT.resolve("conformance/src/test/resources/faults");
    private static final Pattern CHANGE =
            Pattern.compile("(?ms)^--- old (\\S+)\n(.*?)^--- new\n(.*?)(?=^--- old |\\z)");

    /** The peers that are faulty. */
    enum Peer {
        DEVICE("device", "device"),
        KVM("kvm", "kvm"),
        C_DEVICE("c-device", "device"),
        C_KVM("c-kvm", "kvm"),
        RUST_DEVICE("rust-device", "device");

        private final String folder;
        private final String role;

        Peer(String folder, String role) {
            this.folder = folder;
            this.role = role;
        }

        String folder() {
            return folder;
        }

        /** The side that it plays: device or kvm. */
        String role() {
            return role;
        }

        boolean isInJava() {
            return this == DEVICE || this == KVM;
        }
    }

    /** The run of the suite that finds the fault. */
    enum Run {
        QUICK,
        FULL
    }

    /** How the peer is started. */
    enum As {
        /** In the JVM of the tests; a peer that is not in Java is a process in any case. */
        USUAL,
        /** The peer and the suite as a user starts them. */
        PROCESS
    }

    /** The side that it plays. */
    Sender side() {
        return peer.role().equals("device") ? Sender.D : Sender.K;
    }

    /** One replacement in one source file. */
    record Change(Path source, String oldText, String newText) {}

    /** The faults of one peer. */
    static List<Fault> of(Peer peer) throws IOException {
        return in(FAULTS.resolve(peer.folder()), peer);
    }

    /** Those of the kernel module, which {@code linux/run faults} has found: here they are only read. */
    static List<Fault> ofModule() throws IOException {
        return in(Programs.ROOT.resolve("reference-kvm-side/linux/faults"), Peer.C_KVM);
    }

    private static List<Fault> in(Path folder, Peer peer) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Fault> faults = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                faults.add(parse(peer, file));
            }
            return faults;
        }
    }

    /** All of them. */
    static List<Fault> all() throws IOException {
        List<Fault> faults = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            faults.addAll(of(peer));
        }
        return faults;
    }

    /** One that no file holds. */
    static Fault planted(Peer peer, String name, String clause, Change... changes) {
        return new Fault(
                name,
                peer,
                clause,
                name,
                Run.QUICK,
                As.USUAL,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(changes));
    }

    private static Fault parse(Peer peer, Path file) throws IOException {
        String text = Files.readString(file);
        List<Change> changes = new ArrayList<>();
        Matcher matcher = CHANGE.matcher(text);
        while (matcher.find()) {
            Path source = Programs.ROOT.resolve(matcher.group(1));
            changes.add(new Change(
                    source, matcher.group(2).stripTrailing(), matcher.group(3).stripTrailing()));
        }
        assertTrue(!changes.isEmpty(), file + " changes nothing");
        List<String> lines = text.lines().toList();
        return new Fault(
                file.getFileName().toString().replaceFirst("\\.fault$", ""),
                peer,
                value(lines, "breaks").orElseThrow(() -> new AssertionError("no line breaks: in " + file)),
                value(lines, "says").orElseThrow(() -> new AssertionError("no line says: in " + file)),
                lines.contains("run: full") ? Run.FULL : Run.QUICK,
                lines.contains("as: process") ? As.PROCESS : As.USUAL,
                value(lines, "with").map(words -> List.of(words.split(" "))).orElse(List.of()),
                value(lines, "check"),
                value(lines, "equivalent"),
                changes);
    }

    private static Optional<String> value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2).strip())
                .findFirst();
    }

    /** Where its sources and its compiled classes are kept, to run them by hand. */
    Path folder() {
        return Programs.TARGET.resolve("faults").resolve(peer.folder()).resolve(name);
    }

    /** The text of each source that it changes, changed. */
    Map<Path, String> faultySources() throws IOException {
        Map<Path, String> faulty = new LinkedHashMap<>();
        for (Change change : changes) {
            Path file = change.source();
            String text = faulty.containsKey(file) ? faulty.get(file) : Files.readString(file);
            int at = text.indexOf(change.oldText());
            assertTrue(at >= 0, () -> name + ": the old lines are not in " + file.getFileName());
            assertEquals(-1, text.indexOf(change.oldText(), at + 1), () -> name + ": the old lines are there twice");
            faulty.put(file, text.replace(change.oldText(), change.newText()));
        }
        return faulty;
    }
}
