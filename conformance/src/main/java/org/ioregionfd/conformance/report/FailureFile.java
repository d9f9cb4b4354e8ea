// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ioregionfd.conformance.UsageError;

/** Files of failures: where they lie and what they are called. */
public final class FailureFile {
    /** More than the longest trace takes, less than what would fill the memory. */
    private static final int BYTES_MAX = 16 << 20;

    private static final String ENDING = ".json";

    private FailureFile() {}

    /**
     * Writes {@code failure} and, beside it, a capture of its channel for Wireshark. Makes the folder, and replaces files that are
     * there already.
     *
     * @param prefix tells subjects of one run apart; empty where there is one
     * @return the file that can be replayed
     */
    public static Path write(Path folder, String prefix, SavedFailure failure) throws IOException {
        Files.createDirectories(folder);
        String name = prefix + failure.check().replaceAll("[^A-Za-z0-9@-]+", "_");
        Path file = folder.resolve(name + ENDING);
        Files.writeString(file, failure.toJson());
        Files.write(
                folder.resolve(name + ".pcapng"),
                Pcapng.of(
                        failure.finding().trace(),
                        failure.check() + ": " + failure.finding().seen()));
        return file;
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
            return SavedFailure.parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new UsageError(file + " holds no failure: it is no text", e);
        } catch (IOException e) {
            throw new UsageError(file + " cannot be read: " + e.getClass().getSimpleName(), e);
        } catch (IllegalArgumentException e) {
            throw new UsageError(file + " holds no failure: " + e.getMessage(), e);
        }
    }
}
