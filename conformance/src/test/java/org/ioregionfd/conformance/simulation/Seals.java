// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

/**
 * The handshake as each end of an altered channel has seen it. For an attacker the digests are made right again, so that the
 * checks after the digest are reached too.
 */
final class Seals {
    /** The digest of a changed frame. */
    enum Mode {
        LEFT,
        /** D's checks after the digest are reached, and K's own check of the digest. */
        RIGHT_FOR_D,
        RIGHT_FOR_BOTH
    }

    private final Mode mode;
    private byte[] helloOfK = new byte[Octets.LENGTH];
    private byte[] helloAtD = new byte[Octets.LENGTH];
    private byte[] offerOfD = new byte[Octets.LENGTH];
    private byte[] offerAtK = new byte[Octets.LENGTH];
    private byte[] selectOfK = new byte[Octets.LENGTH];

    Seals(Mode mode) {
        this.mode = mode;
    }

    byte[] seal(Bender.From from, byte[] original, byte[] altered) {
        if (from == Bender.From.K) {
            sealFromK(original, altered);
        } else {
            sealFromD(original, altered);
        }
        return altered;
    }

    private void sealFromK(byte[] original, byte[] altered) {
        if (Octets.isFromK(original, Octets.HELLO)) {
            helloOfK = original;
        }
        if (Octets.isFromK(altered, Octets.HELLO)) {
            helloAtD = altered;
        }
        if (Octets.isFromK(original, Octets.SELECT)) {
            selectOfK = original;
        }
        if (Octets.isFromK(altered, Octets.SELECT) && mode != Mode.LEFT) {
            Octets.set32(altered, Octets.DIGEST, Octets.digest(helloAtD, offerOfD, altered));
        }
    }

    private void sealFromD(byte[] original, byte[] altered) {
        if (Octets.kindFromD(original) == Octets.OFFER) {
            offerOfD = original;
        }
        if (Octets.kindFromD(altered) == Octets.OFFER) {
            offerAtK = altered;
        }
        if (Octets.kindFromD(altered) == Octets.ACCEPT && mode == Mode.RIGHT_FOR_BOTH) {
            Octets.set32(altered, Octets.DIGEST, Octets.digest(helloOfK, offerAtK, selectOfK, altered));
        }
    }
}
