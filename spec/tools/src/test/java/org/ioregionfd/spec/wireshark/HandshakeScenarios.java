// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.ioregionfd.spec.wireshark.Pcap.Side.D;
import static org.ioregionfd.spec.wireshark.Pcap.Side.K;
import static org.ioregionfd.spec.wireshark.Wire.accept;
import static org.ioregionfd.spec.wireshark.Wire.hello;
import static org.ioregionfd.spec.wireshark.Wire.offer;
import static org.ioregionfd.spec.wireshark.Wire.read;
import static org.ioregionfd.spec.wireshark.Wire.response;
import static org.ioregionfd.spec.wireshark.Wire.select;
import static org.ioregionfd.spec.wireshark.Wire.with;
import static org.ioregionfd.spec.wireshark.Wire.write;
import static org.ioregionfd.wire.Layout.BYTE_FIELDS;
import static org.ioregionfd.wire.Layout.INFO_WORD;

import org.ioregionfd.wire.Abort;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.Offer;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.Reject;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.VersionSet;

/** Conversations about HELLO, OFFER, SELECT and their answers. */
final class HandshakeScenarios {
    private final Scenarios scenarios;

    private HandshakeScenarios(Scenarios scenarios) {
        this.scenarios = scenarios;
    }

    static void addTo(Scenarios scenarios) {
        HandshakeScenarios added = new HandshakeScenarios(scenarios);
        added.hellosAndOffers();
        added.selects();
        added.rejectsAndAborts();
    }

    private void hellosAndOffers() {
        scenarios.add("a HELLO while a response is outstanding", c -> {
            c.send(K, read(INFO_WORD));
            c.send(K, Hello.of(INFO_WORD, 2, 1, 0x10, Conversation.NONCE), "surprise KST-010", "violation HEL-003");
        });
        scenarios.add("a detached HELLO that comes late", c -> {
            c.send(K, write(INFO_WORD, ResponseWanted.NO));
            c.send(K, hello(), "violation HEL-005");
        });
        scenarios.add("a HELLO with data", c -> {
            String bytes =
                    "40 00 49 4f 52 48 01 01  00 00 00 00 00 00 00 00  00 ff ff ff ff ff ff 7f  00 00 00 00 00 00 00 80";
            c.send(K, bytes, "violation HEL-007");
        });
        scenarios.add("READs with another resp than the HELLO", c -> {
            String bytes =
                    "00 02 49 4f 52 48 01 01  01 00 00 00 00 00 00 00  10 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00";
            c.send(K, bytes);
            c.send(D, response(1), "note KST-002");
            c.send(K, read(BYTE_FIELDS), "violation V0-001");
        });
        scenarios.add("a HELLO with another resp than the READs", c -> {
            c.send(K, with(read(BYTE_FIELDS), 1, 0x02));
            c.send(D, response(1));
            c.send(K, Hello.of(BYTE_FIELDS, 2, 1, 0x10, Conversation.NONCE), "surprise KST-010", "violation HEL-007");
        });
        scenarios.add("a command before the answer to the HELLO", c -> {
            c.send(K, hello());
            c.send(K, read(INFO_WORD), "violation HEL-003");
        });
        scenarios.add("a second HELLO before the answer to the first", c -> {
            c.send(K, hello());
            c.send(K, Hello.of(INFO_WORD, 2, 1, 0x10, Conversation.NONCE + 1), "violation HEL-003");
            c.send(D, offer(64, 7, 7));
            c.send(D, new Offer(9, 64, new FeatureSet(7), new VersionSet(7), Conversation.NONCE + 1));
            c.send(D, offer(64, 7, 7), "violation KST-009 CHN-007");
        });
        scenarios.add("a legacy device answers all that came before its answer to the HELLO", c -> {
            c.send(K, hello());
            c.send(K, read(INFO_WORD), "violation HEL-003");
            c.send(D, response(0), "note KST-002");
            c.send(D, response(1));
        });
        scenarios.add("another nonce", c -> {
            c.send(K, hello());
            c.send(
                    D,
                    new Offer(0, 64, new FeatureSet(7), new VersionSet(7), Conversation.NONCE + 1),
                    "violation OFR-010 OFR-002");
            c.send(K, select(2, 64, 7), "violation OFR-010");
        });
        scenarios.add("an OFFER with a value for a detached HELLO", c -> {
            c.send(K, hello());
            c.send(
                    D,
                    new Offer(1, 64, new FeatureSet(7), new VersionSet(7), Conversation.NONCE),
                    "violation OFR-003 HEL-012");
        });
        scenarios.add("an OFFER with bits above the access size", c -> {
            c.send(K, Hello.of(BYTE_FIELDS, 0, 1, 0x10, Conversation.NONCE));
            c.send(
                    D,
                    new Offer(0x100, 64, new FeatureSet(7), new VersionSet(7), Conversation.NONCE),
                    "violation OFR-003 ACE-003");
        });
        scenarios.add("a window without version 2", c -> {
            c.send(K, hello());
            c.send(D, offer(2, 1, 3), "violation OFR-006");
        });
        scenarios.add("reserved bytes of an OFFER", c -> {
            c.send(K, hello());
            c.send(
                    D,
                    new Offer(0, 64, new FeatureSet(7), new VersionSet(7), Conversation.NONCE, 1 << 31),
                    "violation MRK-002");
            c.agree(2, 64, 7);
        });
        scenarios.add("the bit that is kept, and no version 1", c -> {
            c.send(K, hello());
            c.send(D, offer(2, 1L << 63, 5), "note OFR-007", "violation OFR-005");
        });
        scenarios.add("no marker: K goes to Legacy", c -> {
            c.send(K, Hello.of(BYTE_FIELDS, 2, 1, 0x10, Conversation.NONCE));
            c.send(D, response(1), "note KST-002");
            c.send(K, with(read(BYTE_FIELDS), 2, 1), "violation V0-001");
            c.send(D, response(1));
            c.send(K, read(BYTE_FIELDS));
            c.send(D, offer(64, 7, 7), "violation KST-008 CHN-007");
            c.send(K, read(BYTE_FIELDS), "violation KST-008");
        });
        scenarios.add("a HELLO after K went to Legacy", c -> {
            c.send(K, hello());
            c.send(D, response(0), "note KST-002");
            c.send(K, Hello.of(INFO_WORD, 2, 1, 0x10, Conversation.NONCE), "violation KST-002");
        });
        scenarios.add("no marker where K may require an agreement", c -> {
            c.send(K, hello());
            c.send(D, response(0), "note KST-002 KST-003");
            c.send(K, read(INFO_WORD));
        });
        scenarios.add("an ACCEPT for a HELLO", c -> {
            c.send(K, hello());
            c.send(D, accept(2, 64, 7), "violation KST-004");
            c.send(K, select(2, 64, 7), "violation KST-004");
        });
        scenarios.add("an unmarked command after the OFFER", c -> {
            c.offer(INFO_WORD);
            c.send(K, read(INFO_WORD), "violation DST-005 KST-010");
            c.send(D, response(1), "violation DST-005");
            c.send(K, read(INFO_WORD), "note DST-007");
        });
        scenarios.add("bytes after the OFFER", c -> {
            c.offer(INFO_WORD);
            c.send(D, response(1), "violation KST-009 CHN-006");
            c.send(K, select(2, 64, 7), "violation KST-009");
        });
    }

    private void selects() {
        scenarios.add("a digest that is wrong", c -> {
            c.offer(INFO_WORD);
            long right = c.selectWithDigest(0x01020304, "violation SEL-012 DIG-001");
            c.send(D, new Reject(Reason.DIGEST_MISMATCH, right), "note REJ-002");
        });
        scenarios.add("a REJECT with another digest", c -> {
            c.offer(INFO_WORD);
            c.selectWithDigest(0x01020304, "violation SEL-012 DIG-001");
            c.send(D, new Reject(Reason.DIGEST_MISMATCH, 5), "note REJ-002", "violation SEL-012");
        });
        scenarios.add("a version that the OFFER does not list", c -> {
            c.send(K, hello());
            c.send(D, offer(1, 1, 3));
            c.send(K, select(2, 1, 0), "violation SEL-013");
            c.send(D, new Reject(Reason.VERSION_NOT_OFFERED, 2), "note REJ-002");
        });
        scenarios.add("version 0 for a device that requires more", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 6));
            c.send(K, select(0, 1, 0), "violation SEL-013");
            c.send(D, new Reject(Reason.VERSION_NOT_OFFERED, 0), "note REJ-002");
        });
        scenarios.add("a version that is grease", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 0x01000007));
            c.send(K, select(24, 1, 0), "violation SEL-013");
        });
        scenarios.add("a version that is not the highest: which ones K allows nobody sees", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(1, 1, 0));
            c.send(D, accept(1, 1, 0));
        });
        scenarios.add("a window that is too large", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 65, 0), "violation SEL-014 SEL-003");
            c.send(D, new Reject(Reason.BAD_WINDOW, 64), "note REJ-002");
        });
        scenarios.add("a window in version 1", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 7));
            c.send(K, select(1, 2, 0), "violation SEL-014");
            c.send(D, new Reject(Reason.BAD_WINDOW, 1), "note REJ-002");
        });
        scenarios.add("a feature that is grease", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 5 | 1L << 48, 7));
            c.send(K, select(2, 64, 7 | 1L << 48), "violation SEL-015 GRS-002");
            c.send(D, new Reject(Reason.FEATURE_NOT_OFFERED, 2 | 1L << 48), "note REJ-002");
        });
        scenarios.add("a feature whose need is missing", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 7));
            c.send(K, select(1, 1, 5), "violation SEL-016 SEL-002");
            c.send(D, new Reject(Reason.FEATURE_DEPENDENCY, 4), "note REJ-002");
        });
        scenarios.add("an ACCEPT for what had to be rejected", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 8), "violation SEL-015");
            c.send(D, accept(2, 64, 8), "violation SEL-015 SEL-002 ACC-001");
        });
        scenarios.add("an ACCEPT of something else", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            c.send(D, accept(2, 64, 3), "violation ACC-002");
            c.send(K, read(1), "violation ACC-002");
        });
        scenarios.add("an unmarked answer to a SELECT", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            c.send(D, response(0), "violation ACC-003");
            c.send(K, read(1), "violation ACC-003");
        });
        scenarios.add("a command before the answer to the SELECT", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            c.send(K, read(1), "violation SEL-005");
            c.send(D, accept(2, 64, 7));
        });
        scenarios.add("a version that only newer peers know", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 0x0F));
            c.send(K, select(3, 9, 1));
            c.send(D, accept(3, 9, 1));
            c.send(K, read(1));
            c.send(D, response(1, Status.OK, 0));
            c.send(K, hello(), "violation VIO-001");
            c.send(K, read(1), "note DST-007");
            c.send(D, response(1, Status.OK, 0), "violation VIO-001");
        });
        scenarios.add("the highest version that can be assigned", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 1 << 23 | 7));
            c.send(K, select(23, 64, 1));
            c.send(D, accept(23, 64, 1));
        });
        scenarios.add("an ABORT after the SELECT", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            c.send(K, new Abort(Reason.POLICY, 0), "violation SEL-005 ABT-001");
        });
    }

    private void rejectsAndAborts() {
        scenarios.add("a marked frame of another kind", c -> {
            c.offer(INFO_WORD);
            String bytes =
                    "0f 00 49 4f 52 48 07 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00";
            c.send(K, bytes, "violation SEL-010");
            c.send(D, new Reject(Reason.UNEXPECTED_FRAME, 7), "note REJ-002");
        });
        scenarios.add("an ACCEPT for a marked frame of another kind", c -> {
            c.offer(INFO_WORD);
            String bytes =
                    "0f 00 49 4f 52 48 07 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00";
            c.send(K, bytes, "violation SEL-010");
            c.send(D, accept(2, 64, 7), "violation SEL-010");
            c.send(D, accept(2, 64, 7), "violation SEL-010");
        });
        scenarios.add("a marked frame of another kind, and no answer", c -> {
            c.offer(INFO_WORD);
            String bytes =
                    "0f 00 49 4f 52 48 07 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00";
            c.send(K, bytes, "violation SEL-010");
            c.end(D, "note FAI-001");
        });
        scenarios.add("frames after a REJECT", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            c.send(D, new Reject(Reason.POLICY, 0), "note REJ-002");
            c.send(D, response(1), "violation REJ-001");
            c.send(K, hello(), "violation REJ-002");
        });
        scenarios.add("a REJECT for RESOURCES with a detail", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            c.send(D, new Reject(Reason.RESOURCES, 1), "note REJ-002", "violation SEL-018");
        });
        scenarios.add("a REJECT for an ABORT's reason", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            c.send(D, new Reject(Reason.PIN_UNSATISFIED, 1), "note REJ-002", "surprise", "violation ACC-001");
        });
        scenarios.add("a REJECT whose reserved bytes are not zero", c -> {
            c.offer(INFO_WORD);
            c.send(K, select(2, 64, 7));
            String bytes =
                    "00 00 00 00 00 00 00 01  49 4f 52 48 05 00 0b 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00";
            c.send(D, bytes, "note REJ-002", "violation MRK-002");
        });
        scenarios.add("no common version", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 0x02000006));
            c.send(K, new Abort(Reason.NO_COMMON_VERSION, 0x02000006), "note ABT-003");
        });
        scenarios.add("no common version, and many of the device's", c -> {
            c.send(K, hello());
            c.send(D, offer(1, 0, 0x00800408), "note OFR-007");
            c.send(K, new Abort(Reason.NO_COMMON_VERSION, 0x00800408), "note ABT-003");
        });
        scenarios.add("features of every sort are missing", c -> {
            c.offer(INFO_WORD);
            c.send(K, new Abort(Reason.REQUIRED_FEATURE_MISSING, 0x8001_0001_8000_0001L), "note ABT-003");
        });
        scenarios.add("an unknown reason", c -> {
            c.offer(INFO_WORD);
            c.send(K, new Abort(999, 7), "note ABT-003", "note REJ-002");
        });
        scenarios.add("an ABORT with other versions than the OFFER's", c -> {
            c.send(K, hello());
            c.send(D, offer(64, 7, 7));
            c.send(K, new Abort(Reason.NO_COMMON_VERSION, 6), "note ABT-003", "violation SEL-001");
        });
        scenarios.add("a window of 0", c -> {
            c.send(K, hello());
            c.send(D, offer(0, 7, 7), "violation OFR-012 OFR-006");
            c.send(K, new Abort(Reason.BAD_WINDOW, 0), "note ABT-003");
        });
        scenarios.add("a SELECT for a window of 0", c -> {
            c.send(K, hello());
            c.send(D, offer(0, 7, 7), "violation OFR-012 OFR-006");
            c.send(K, select(2, 1, 0), "violation SEL-014", "violation OFR-012");
        });
        scenarios.add("a window of 0, and a detail", c -> {
            c.send(K, hello());
            c.send(D, offer(0, 7, 7), "violation OFR-012 OFR-006");
            c.send(K, new Abort(Reason.BAD_WINDOW, 1), "note ABT-003", "violation OFR-012");
        });
        scenarios.add("an ABORT whose reserved bytes are not zero", c -> {
            c.offer(INFO_WORD);
            String bytes =
                    "0f 00 49 4f 52 48 06 00  0b 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 01";
            c.send(K, bytes, "note ABT-003", "violation MRK-002");
        });
        scenarios.add("a pin that cannot be had", c -> {
            c.offer(INFO_WORD);
            c.send(K, new Abort(Reason.PIN_UNSATISFIED, 3L << 62 | 1 << 30 | 4), "note ABT-003");
        });
        scenarios.add("frames after an ABORT", c -> {
            c.offer(INFO_WORD);
            c.send(K, new Abort(Reason.POLICY, 0), "note ABT-003");
            c.send(D, response(0), "violation ABT-003");
            c.send(K, read(INFO_WORD), "violation ABT-002");
        });
    }
}
