// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import static org.ioregionfd.spec.wireshark.Pcap.Side.D;
import static org.ioregionfd.spec.wireshark.Pcap.Side.K;
import static org.ioregionfd.spec.wireshark.Wire.accept;
import static org.ioregionfd.spec.wireshark.Wire.fence;
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
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;

/** Conversations about commands and responses of each version, and how they end. */
final class ExchangeScenarios {
    /** "IORH", little-endian. */
    private static final int MARKER_AS_TAG = 0x4852_4F49;

    private final Scenarios scenarios;

    private ExchangeScenarios(Scenarios scenarios) {
        this.scenarios = scenarios;
    }

    static void addTo(Scenarios scenarios) {
        ExchangeScenarios added = new ExchangeScenarios(scenarios);
        added.legacyPeers();
        added.versions0And1();
        added.version2();
        added.ends();
    }

    private void legacyPeers() {
        for (Layout layout : Layout.values()) {
            scenarios.add("legacy peers, " + layout.label(), c -> {
                c.send(K, write(layout, ResponseWanted.YES));
                c.send(D, response(0));
                c.send(K, write(layout, ResponseWanted.NO));
                c.send(K, read(layout));
                c.send(D, response(0xCAFE));
            });
        }
        scenarios.add("a device that speaks first", c -> {
            c.send(D, response(0), "violation KST-001 CHN-006");
        });
        scenarios.add("a response too many", c -> {
            c.send(K, read(INFO_WORD));
            c.send(D, response(1));
            c.send(D, response(2), "violation FAI-003 CHN-006");
        });
        scenarios.add("an OFFER for a legacy KVM", c -> {
            c.send(K, read(INFO_WORD));
            c.send(D, offer(64, 7, 7), "violation KST-008 CHN-007");
        });
        scenarios.add("a second command while one is outstanding", c -> {
            c.send(K, read(INFO_WORD));
            c.send(K, read(INFO_WORD), "surprise V0-002");
            c.send(D, response(1));
            c.send(D, response(2));
        });
        scenarios.add("a cmd that does not exist", c -> {
            c.send(K, with(read(BYTE_FIELDS), 0, 2), "violation V0-015");
        });
        scenarios.add("a HELLO that lost its marker", c -> {
            String bytes =
                    "40 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 ff ff ff ff ff ff 7f  00 00 00 00 00 00 00 00";
            c.send(K, bytes, "violation DST-003 V0-004");
        });
        scenarios.add("a SELECT before any HELLO", c -> c.send(K, select(2, 8, 0), "violation DST-002"));
        scenarios.add("an ABORT before any HELLO", c -> {
            c.send(K, new Abort(Reason.POLICY, 0), "violation DST-002 ABT-001");
        });
        scenarios.add("a marked READ of another kind that a legacy device answers", c -> {
            String bytes =
                    "60 00 49 4f 52 48 07 00  01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00";
            c.send(K, bytes, "violation DST-002 MRK-003");
            c.send(D, response(1));
        });
        scenarios.add("a marked WRITE", c -> {
            String bytes =
                    "61 00 49 4f 52 48 01 01  01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  07 00 00 00 00 00 00 00";
            c.send(K, bytes, "violation DST-002 MRK-003");
        });
        scenarios.add("a legacy device that does not zero its padding", c -> {
            c.send(K, read(BYTE_FIELDS));
            c.send(D, with(response(1), 31, 1), "surprise V0-011");
        });
        scenarios.add("bits above the access size", c -> {
            c.send(K, read(BYTE_FIELDS));
            c.send(D, response(0x1_0000_0000L), "surprise ACE-003");
        });
        scenarios.add("a legacy KVM that does not zero what nobody looks at", c -> {
            c.send(K, with(read(INFO_WORD), 31, 1), "surprise V0-001 V0-013");
            c.send(D, response(1));
            c.send(K, with(write(INFO_WORD, ResponseWanted.YES), 31, 1), "surprise ACE-003");
            c.send(D, response(0));
            c.send(K, with(read(INFO_WORD), 0, 0x20), "surprise V0-001 V0-013");
            c.send(D, response(1));
        });
        scenarios.add("a layout that was guessed once and is kept", c -> {
            c.send(K, read(INFO_WORD));
            c.send(D, response(1));
            c.send(K, with(write(INFO_WORD, ResponseWanted.NO), 0, 0x01), "surprise ACE-003");
            c.send(
                    K,
                    with(with(write(INFO_WORD, ResponseWanted.NO), 0, 0x01), 1, 0x13),
                    "surprise V0-001",
                    "surprise ACE-003");
        });
        scenarios.add("a WRITE answered with neither 0 nor ones", c -> {
            c.send(K, write(INFO_WORD, ResponseWanted.YES));
            c.send(D, response(5), "surprise V0-012");
        });
        scenarios.add("a WRITE that failed", c -> {
            c.send(K, write(INFO_WORD, ResponseWanted.YES));
            c.send(D, response(0xFFFF_FFFFL), "note ACE-002");
        });
        scenarios.add("an access without a valid size", c -> {
            c.send(K, with(read(BYTE_FIELDS), 1, 0x19), "surprise V0-014");
            c.send(D, response(-1));
            c.send(K, with(read(BYTE_FIELDS), 1, 0x19), "surprise V0-014");
            c.send(D, response(0), "surprise V0-014");
        });
    }

    private void versions0And1() {
        scenarios.add("version 0 by SELECT, in the layout of the HELLO", c -> {
            c.open(BYTE_FIELDS, 0, 0);
            c.send(K, out -> LegacyCommand.writeRead(out, BYTE_FIELDS, 0, 1, Frame.HELLO_OFFSET));
            c.send(D, response(0xFF));
            c.send(K, with(read(BYTE_FIELDS), 1, 0x10));
            c.send(D, response(0xFF));
            c.send(K, with(read(BYTE_FIELDS), 7, 1), "violation V0-001");
            c.send(D, with(response(0), 30, 1), "violation V0-011");
            c.send(K, read(BYTE_FIELDS));
            c.send(K, read(BYTE_FIELDS), "violation V0-002");
        });
        scenarios.add("a marked frame in version 0", c -> {
            c.open(INFO_WORD, 0, 0);
            c.send(K, hello(), "violation V0-017");
        });
        scenarios.add("an unknown cmd in version 0", c -> {
            c.open(INFO_WORD, 0, 0);
            c.send(K, with(read(INFO_WORD), 0, 0x42), "violation V0-015");
            c.send(D, response(1), "violation V0-015");
        });
        scenarios.add("version 1", c -> {
            c.open(BYTE_FIELDS, 1, 1);
            c.send(K, write(INFO_WORD, ResponseWanted.NO));
            c.send(K, write(INFO_WORD, ResponseWanted.YES));
            c.send(D, response(0));
            c.send(K, read(INFO_WORD));
            c.send(D, response(0xCAFE));
        });
        scenarios.add("a second command in version 1", c -> {
            c.open(INFO_WORD, 1, 1);
            c.send(K, read(INFO_WORD));
            c.send(K, read(INFO_WORD), "violation V1-002");
            c.send(D, response(1));
            c.send(D, response(2), "violation V1-002");
        });
        scenarios.add("padding in a response of version 1", c -> {
            c.open(INFO_WORD, 1, 0);
            c.send(K, read(INFO_WORD));
            c.send(D, with(response(1), 8, 1), "violation V1-004 V1-003");
        });
        scenarios.add("a response of version 1 that answers nothing", c -> {
            c.open(INFO_WORD, 1, 0);
            c.send(D, response(1), "violation FAI-003 CHN-006");
            c.send(K, read(INFO_WORD), "violation FAI-003");
        });
        scenarios.add("a marked response in version 1", c -> {
            c.open(INFO_WORD, 1, 0);
            c.send(K, read(INFO_WORD));
            c.send(D, offer(64, 7, 7), "violation V1-004 KST-008 CHN-007");
            c.send(K, read(INFO_WORD), "violation V1-004 KST-008");
        });
    }

    private void version2() {
        scenarios.add("responses out of order, with a FENCE and a posted WRITE", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(1));
            c.send(K, read(2));
            c.send(K, write(0));
            c.send(D, response(2, Status.OK, 5));
            c.send(D, response(1, Status.BAD_REGION, 0xFFFF_FFFFL), "note ACE-001");
            c.send(K, fence(1));
            c.send(D, response(1, Status.OK, 0));
        });
        scenarios.add("a tag that is in use", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(5));
            c.send(K, read(1));
            c.send(K, write(1), "violation VIO-006 V2-002");
            c.send(K, read(2), "note DST-007");
            c.send(D, response(1, Status.OK, 5));
            c.send(D, response(2, Status.OK, 5), "violation VIO-006");
        });
        scenarios.add("more commands than the window", c -> {
            c.offer(INFO_WORD);
            c.agree(2, 2, 7);
            c.send(K, read(1));
            c.send(K, fence(2));
            c.send(K, write(0));
            c.send(K, read(3), "violation VIO-006 WIN-001");
        });
        scenarios.add("a window that is free again", c -> {
            c.offer(INFO_WORD);
            c.agree(2, 1, 7);
            c.send(K, read(1));
            c.send(D, response(1, Status.OK, 0));
            c.send(K, read(1));
        });
        scenarios.add("a tag that nobody waits for", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(1));
            c.send(D, response(1, Status.OK, 0));
            c.send(D, response(1, Status.OK, 0), "violation V2-005 FAI-003");
            c.send(K, read(1), "violation V2-005");
        });
        scenarios.add("out of order where that was not selected", c -> {
            c.open(INFO_WORD, 2, 4);
            c.send(K, read(1));
            c.send(K, read(2));
            c.send(D, response(2, Status.OK, 0), "violation V2-005 ORD-003");
        });
        scenarios.add("a status that does not exist", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(1));
            c.send(D, with(response(1, Status.OK, 0), 12, 9), "violation V2-005");
        });
        scenarios.add("a reserved byte of a response", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(1));
            c.send(D, with(response(1, Status.OK, 0), 31, 9), "violation V2-005");
        });
        scenarios.add("an OFFER in version 2 is a response like any other", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(1));
            c.send(D, offer(64, 7, 7), "violation V2-005 FAI-003");
            c.send(K, read(2), "violation V2-005");
        });
        scenarios.add("responses whose tag looks like the marker", c -> {
            c.open(INFO_WORD, 2, 7);
            for (Status status : Status.values()) {
                c.send(K, read(MARKER_AS_TAG));
                String[] found = status == Status.OK ? new String[0] : new String[] {"note ACE-001"};
                c.send(D, response(MARKER_AS_TAG, status, status == Status.OK ? 5 : 0xFFFF_FFFFL), found);
            }
        });
        scenarios.add("an ACCEPT for a tag that looks like the marker", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(MARKER_AS_TAG));
            c.send(D, accept(2, 64, 7), "violation V2-005");
        });
        scenarios.add("an OFFER for a tag that looks like the marker", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(MARKER_AS_TAG));
            c.send(D, offer(64, 7, 7), "violation V2-005");
        });
        scenarios.add("data of responses", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, write(1));
            c.send(D, response(1, Status.OK, 1), "violation V2-004");
            c.send(K, read(1));
            c.send(D, response(1, Status.DEVICE_FAULT, 0), "violation ACE-002", "note ACE-001");
            c.send(K, read(1));
            c.send(D, response(1, Status.OK, 1L << 32), "violation ACE-003");
        });
        scenarios.add("a FENCE that is early", c -> {
            c.open(INFO_WORD, 2, 7);
            c.send(K, read(1));
            c.send(K, fence(2));
            c.send(D, response(2, Status.OK, 0), "note FEA-001");
        });
    }

    private void ends() {
        scenarios.add("an end in the middle of a frame", c -> {
            c.send(K, new byte[] {0x40, 0, 0});
            c.end(K, "violation CHN-004");
        });
        scenarios.add("an end with a command that is not answered", c -> {
            c.send(K, read(INFO_WORD));
            c.end(D, "note FAI-001");
            c.send(D, response(1), "violation");
        });
        scenarios.add("an end", c -> {
            c.offer(INFO_WORD);
            c.agree(2, Conversation.WINDOW, 7);
            c.end(K);
            c.end(D);
        });
    }
}
