// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/**
 * The one number that all data of a run follow from. Each check draws from its own stream, made from this seed and the check's
 * name, so that neither selection nor order changes what a check does.
 */
public record Seed(long value) {
    /** Short enough to be typed again. */
    private static final int FRESH_BOUND = 1_000_000_000;

    /** A seed that was not given by the user. */
    public static Seed fresh() {
        return new Seed(new SplittableRandom().nextInt(FRESH_BOUND));
    }

    /** The seed of the check called {@code name}. */
    public long forCheck(String name) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
            return ByteBuffer.wrap(hash.digest(name.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
