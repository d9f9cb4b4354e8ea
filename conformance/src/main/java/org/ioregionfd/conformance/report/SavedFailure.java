// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ioregionfd.conformance.FileFault;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.Result.Sample;

/**
 * One failure as a file: what to run again, and what was wrong. It holds nothing about the machine.
 *
 * @param suite version of the suite
 * @param side of the peer
 * @param check its name
 * @param conditions the settings with which another run does the same
 * @param finding what was wrong
 */
public record SavedFailure(String suite, Sender side, String check, Conditions conditions, Result.Finding finding) {
    /** Raised when a member changes its meaning or goes away. */
    private static final int FORMAT = 1;

    /** The largest whole number of a file; the suite does not write larger ones. */
    private static final long TIMEOUT_MILLIS_MAX = 600_000;

    private static final int TRIES_MAX = 1_000_000;

    /** More than the longest trace needs, but not enough to fill the memory. */
    private static final int BYTES_MAX = 16 << 20;

    private static final String ENDING = ".json";

    /**
     * The settings that make two runs of a check the same.
     *
     * @param timeoutMillis the longest wait for an answer
     * @param tries cases of each property
     */
    public record Conditions(long seed, long timeoutMillis, int tries) {}

    /** The clause that the check decides. */
    public String clause() {
        return check.replaceFirst("/.*", "");
    }

    /**
     * Writes the failure and, beside it, a capture of its channel for Wireshark. Makes the folder, and replaces existing
     * files.
     *
     * @param prefix distinguishes the subjects of one run; empty if there is only one
     * @return the file that can be replayed
     */
    public Path write(Path folder, String prefix) throws IOException {
        Files.createDirectories(folder);
        Path file = place(folder, prefix, check);
        ReportFile.write(file, toJson().getBytes(StandardCharsets.UTF_8));
        ReportFile.write(capture(file), Pcapng.of(finding.trace(), check + ": " + finding.seen()));
        return file;
    }

    /**
     * Removes the failure of {@code check} that an earlier run has written into {@code folder}, because it fails no more; anything
     * else stays. True if there was one.
     */
    public static boolean remove(Path folder, String prefix, Sender side, String check) throws IOException {
        Path file = place(folder, prefix, check);
        if (!readIfAny(file)
                .filter(old -> old.side() == side && old.check().equals(check))
                .isPresent()) {
            return false;
        }
        Files.delete(file);
        Files.deleteIfExists(capture(file));
        return true;
    }

    /** The files in {@code folder} that hold a failure. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .filter(file -> readIfAny(file).isPresent())
                    .toList();
        }
    }

    private static Path place(Path folder, String prefix, String check) {
        return folder.resolve(prefix + check.replaceAll("[^A-Za-z0-9@-]+", "_") + ENDING);
    }

    private static Path capture(Path file) {
        String name = file.toString();
        return Path.of(name.substring(0, name.length() - ENDING.length()) + ".pcapng");
    }

    private static Optional<SavedFailure> readIfAny(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
        } catch (UsageError e) {
            return Optional.empty(); // something of the user's
        }
    }

    /**
     * Reads one.
     *
     * @throws UsageError with a line for the user if there is none in it
     */
    public static SavedFailure read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IllegalArgumentException("it is too long");
            }
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new UsageError(file + " holds no failure: it is no text", e);
        } catch (IOException e) {
            throw new UsageError(file + " cannot be read: " + FileFault.why(e), e);
        } catch (IllegalArgumentException e) {
            throw new UsageError(file + " holds no failure: " + e.getMessage(), e);
        }
    }

    /** The failure as JSON text, with a newline at the end. */
    public String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("suite", suite);
        json.addProperty("side", side.name());
        json.addProperty("check", check);
        json.addProperty("clause", clause());
        json.addProperty("seed", conditions.seed());
        json.addProperty("timeout_ms", conditions.timeoutMillis());
        json.addProperty("tries", conditions.tries());
        json.addProperty("sample", finding.sample().text());
        finding.sample().json().ifPresent(values -> json.add("values", JsonParser.parseString(values)));
        json.addProperty("expected", finding.expected());
        json.addProperty("seen", finding.seen());
        json.addProperty("circumstances", finding.circumstances());
        json.add("trace", TraceJson.of(finding.trace()));
        return JsonReport.PRETTY.toJson(json) + "\n";
    }

    /**
     * The failure that {@code text} holds.
     *
     * @throws IllegalArgumentException with a line for the user if it holds none
     */
    public static SavedFailure parse(String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            if (number(json, "format", 0, Integer.MAX_VALUE) != FORMAT) {
                throw new IllegalArgumentException("its format is not " + FORMAT);
            }
            Optional<String> values = Optional.ofNullable(json.get("values")).map(JsonElement::toString);
            return new SavedFailure(
                    string(json, "suite"),
                    side(string(json, "side")),
                    string(json, "check"),
                    new Conditions(
                            number(json, "seed", Long.MIN_VALUE, Long.MAX_VALUE),
                            number(json, "timeout_ms", 1, TIMEOUT_MILLIS_MAX),
                            (int) number(json, "tries", 1, TRIES_MAX)),
                    new Result.Finding(
                            string(json, "expected"),
                            string(json, "seen"),
                            string(json, "circumstances"),
                            TraceJson.read(member(json, "trace")),
                            new Sample(string(json, "sample"), values)));
        } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
            throw new IllegalArgumentException("it is no JSON object", e);
        }
    }

    private static JsonElement member(JsonObject json, String name) {
        return Optional.ofNullable(json.get(name)).orElseThrow(() -> new IllegalArgumentException("it has no " + name));
    }

    private static String string(JsonObject json, String name) {
        JsonElement value = member(json, name);
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
            return value.getAsString();
        }
        throw new IllegalArgumentException("its " + name + " is no text");
    }

    private static long number(JsonObject json, String name, long least, long most) {
        try {
            long number = member(json, name).getAsBigDecimal().longValueExact();
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException
                | ArithmeticException
                | UnsupportedOperationException
                | IllegalStateException e) {
            throw new IllegalArgumentException("its " + name + " is no whole number", e);
        }
        throw new IllegalArgumentException("its " + name + " is out of range");
    }

    private static Sender side(String name) {
        return Stream.of(Sender.values())
                .filter(side -> side.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("its side is neither K nor D"));
    }
}
