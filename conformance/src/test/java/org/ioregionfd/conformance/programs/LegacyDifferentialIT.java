// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.programs.LegacyRegisters.Read;
import org.ioregionfd.conformance.programs.LegacyRegisters.Write;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest cannot tell whether its KVM side offers a handshake to a legacy device: every READ of every kind of register at
 * every size has the same value, or the same failure, under off and under prefer, whether it carries the HELLO or an earlier
 * READ does [HEL-004, KST-002, POL-001, V0-001]. The answers of each device are written to {@code
 * target/legacy-differential.txt}.
 */
@Tag("system")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LegacyDifferentialIT {
    private static final String OFF = "off";
    private static final String PREFER = "prefer";

    /** The wait for a required answer: longer than any of these programs takes on a busy machine. */
    private static final int PATIENCE_MILLIS = 20_000;

    /** The wait where no answer comes: the deadline ends it, so it can be short. */
    private static final int IMPATIENCE_MILLIS = 200;

    private static final Path TABLE = Programs.TARGET.resolve("legacy-differential.txt");

    /** What each device gives under off on a stream after its memory was written: the value, or the word of the error. */
    private final Map<LegacyRegisters, Map<Read, String>> references = new EnumMap<>(LegacyRegisters.class);

    private final List<String> differences = new ArrayList<>();

    @TempDir
    private Path folder;

    private String device;
    private String pair;

    @BeforeAll
    void compile() throws IOException, InterruptedException {
        device = CProgram.compiled("conformance/legacy/legacy-device.c");
        pair = CProgram.compiled("conformance/legacy/with-socketpair.c");
    }

    /** Each READ as the first command of a channel, as the first READ after a WRITE, and all of them one after the other. */
    @ParameterizedTest
    @EnumSource
    void onAStream(LegacyRegisters registers) throws IOException {
        Map<Read, String> expected = reference(registers);
        List<String> different = new ArrayList<>();
        try (Listening listening = listening(registers);
                DriverSession driver = new DriverSession(Programs.kvm("driver", "--unix", listening.path()))) {
            Talk off = new Talk(driver, registers, OFF);
            Talk prefer = new Talk(driver, registers, PREFER);
            for (Read read : registers.reads()) {
                compare("first of all", off.read(read), prefer.read(read), different);
                if (!read.isSilent()) {
                    compare(
                            "first READ",
                            Map.of(read, expected.get(read)),
                            prefer.afterWrites(List.of(read)),
                            different);
                }
            }
            compare("in a row", expected, off.afterWrites(answered(registers)), different);
            compare("in a row", expected, prefer.afterWrites(answered(registers)), different);
            assertEquals(0, driver.finish());
        }
        conclude(registers, different);
    }

    @ParameterizedTest
    @EnumSource
    void onASeqpacketSocket(LegacyRegisters registers) throws IOException {
        inherited(registers, List.of("--seqpacket"), List.of("--fd", "3"));
    }

    /** vmsh's own arrangement: a SEQPACKET socket pair for each direction. */
    @ParameterizedTest
    @EnumSource
    void onTwoPairs(LegacyRegisters registers) throws IOException {
        inherited(registers, List.of("--pair", "seqpacket,seqpacket"), List.of("--read-fd", "3", "--write-fd", "4"));
    }

    /**
     * There is one inherited channel for each pair of processes: one READ carries the HELLO, and the others follow. This is
     * repeated with each kind of READ for a device that looks at more than a READ's head.
     */
    private void inherited(LegacyRegisters registers, List<String> channel, List<String> descriptors)
            throws IOException {
        boolean looksAtData = registers == LegacyRegisters.VMSH;
        List<Read> firsts = looksAtData ? firsts(registers) : firsts(registers).subList(0, 1);
        List<String> command = new ArrayList<>(List.of(pair));
        command.addAll(channel);
        command.addAll(List.of(device, "--kind", registers.word()));
        command.addAll(descriptors);
        command.add("--");
        command.addAll(Programs.kvm("driver"));
        command.addAll(descriptors);
        Map<Read, String> expected = reference(registers);
        List<String> different = new ArrayList<>();
        compare(OFF, expected, inherited(command, registers, OFF, order(registers, firsts.get(0), 0)), different);
        for (int i = 0; i < firsts.size(); i++) {
            List<Read> reads = order(registers, firsts.get(i), i);
            compare(
                    PREFER + " from " + firsts.get(i),
                    expected,
                    inherited(command, registers, PREFER, reads),
                    different);
        }
        conclude(registers, different);
    }

    private static Map<Read, String> inherited(
            List<String> command, LegacyRegisters registers, String policy, List<Read> reads) throws IOException {
        try (DriverSession driver = new DriverSession(command)) {
            Map<Read, String> seen = new Talk(driver, registers, policy).afterWrites(reads);
            assertEquals(0, driver.finish());
            return seen;
        }
    }

    /** One READ of each answered kind, at the largest size, which shows most of an answer. */
    private List<Read> firsts(LegacyRegisters registers) throws IOException {
        reference(registers);
        BinaryOperator<Read> larger = BinaryOperator.maxBy(Comparator.comparingInt(Read::size));
        return List.copyOf(answered(registers).stream()
                .collect(Collectors.toMap(Read::kind, read -> read, larger, LinkedHashMap::new))
                .values());
    }

    /** {@code first}, all others that are answered, and at last one that ends the channel, another one in each round. */
    private List<Read> order(LegacyRegisters registers, Read first, int round) {
        List<Read> reads = new ArrayList<>(List.of(first));
        answered(registers).stream().filter(read -> !read.equals(first)).forEach(reads::add);
        List<Read> ends = registers.reads().stream()
                .filter(read -> !read.isSilent() && !reads.contains(read))
                .toList();
        if (!ends.isEmpty()) {
            reads.add(ends.get(round % ends.size()));
        }
        return reads;
    }

    private List<Read> answered(LegacyRegisters registers) {
        return references.get(registers).entrySet().stream()
                .filter(entry -> entry.getValue().startsWith("0x"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Map<Read, String> reference(LegacyRegisters registers) throws IOException {
        if (!references.containsKey(registers)) {
            Map<Read, String> seen = new LinkedHashMap<>();
            try (Listening listening = listening(registers);
                    DriverSession driver = new DriverSession(Programs.kvm("driver", "--unix", listening.path()))) {
                Talk off = new Talk(driver, registers, OFF);
                for (Read read : registers.reads()) {
                    seen.putAll(read.isSilent() ? off.read(read) : off.afterWrites(List.of(read)));
                }
            }
            references.put(registers, seen);
        }
        return references.get(registers);
    }

    private Listening listening(LegacyRegisters registers) throws IOException {
        Path socket = folder.resolve(registers.word());
        return new Listening(socket, List.of(device, "--kind", registers.word(), "--unix", socket.toString()));
    }

    private static void compare(
            String how, Map<Read, String> expected, Map<Read, String> seen, List<String> different) {
        seen.forEach((read, value) -> {
            if (!value.equals(expected.get(read))) {
                different.add("%s, %s: %s under off, now %s".formatted(read, how, expected.get(read), value));
            }
        });
    }

    private void conclude(LegacyRegisters registers, List<String> different) {
        different.forEach(line -> differences.add(registers.word() + ", " + line));
        assertEquals(List.of(), different, () -> String.join("\n", different));
    }

    @AfterAll
    void writeTable() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("%-18s %-28s %6s  %20s %20s %20s %20s".formatted("device", "register", "at", "1", "2", "4", "8"));
        references.forEach((registers, values) -> values.keySet().stream()
                .collect(Collectors.groupingBy(Read::kind, LinkedHashMap::new, Collectors.toList()))
                .forEach((kind, reads) -> lines.add("%-18s %-28s %6s  %s"
                        .formatted(
                                registers.word(),
                                kind,
                                reads.get(0).where(),
                                reads.stream()
                                        .map(read -> "%20s".formatted(values.get(read)))
                                        .collect(Collectors.joining(" "))))));
        lines.add(differences.isEmpty() ? "the same under prefer" : "not the same under prefer:");
        lines.addAll(differences);
        Files.write(TABLE, lines);
    }

    /** A driver that connects with one policy, once for each call. */
    private record Talk(DriverSession driver, LegacyRegisters registers, String policy) {
        /** The value of a READ that is the first command. */
        Map<Read, String> read(Read read) throws IOException {
            connect(read.isSilent() ? IMPATIENCE_MILLIS : PATIENCE_MILLIS);
            Map<Read, String> seen = Map.of(read, valueOrError(read));
            driver.ask("close", "");
            return seen;
        }

        /** The values of READs one after the other, after memory was written. */
        Map<Read, String> afterWrites(List<Read> reads) throws IOException {
            connect(PATIENCE_MILLIS);
            for (Write write : registers.writes()) {
                driver.ask("write", write.members());
            }
            Map<Read, String> seen = new LinkedHashMap<>();
            for (Read read : reads) {
                seen.put(read, valueOrError(read));
            }
            driver.ask("close", "");
            return seen;
        }

        private void connect(int deadlineMillis) throws IOException {
            driver.ask(
                    "connect",
                    "'layout': '%s', 'policy': '%s', 'deadline_ms': %d"
                            .formatted(registers.layout(), policy, deadlineMillis));
        }

        private String valueOrError(Read read) throws IOException {
            JsonObject answer = driver.receive(driver.send("read", read.members()));
            String outcome = answer.get("status").getAsString().equals("done") ? "value" : "error";
            return answer.get(outcome).getAsString();
        }
    }
}
