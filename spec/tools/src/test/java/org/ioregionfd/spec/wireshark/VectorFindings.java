// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Further findings of the dissector in vectors, beside the clause that they violate, by their ids. */
final class VectorFindings {
    /** Valid as a frame, but not where it stands here, or unusual there. */
    static final Map<String, List<String>> OF_FRAMES = Map.ofEntries(
            Map.entry("hello-detached-of-64-bit", List.of("violation HEL-005")),
            Map.entry("offer-window-zero", List.of("violation OFR-012")),
            Map.entry("offer-bytes-28-to-31-set", List.of("violation MRK-002")),
            Map.entry("select-version-2", List.of("violation SEL-012")),
            Map.entry("select-version-0", List.of("violation SEL-012")),
            Map.entry("select-anything-well-formed", List.of("violation SEL-012")),
            Map.entry("accept-version-2", List.of("violation ACC-002")),
            Map.entry("reject-reason-2", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-3", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-4", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-5", List.of("note REJ-002", "violation SEL-017")),
            Map.entry("reject-reason-6", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-7", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-8", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-9", List.of("note REJ-002", "violation ACC-001")),
            Map.entry("reject-reason-11", List.of("note REJ-002")),
            Map.entry("reject-reason-12", List.of("note REJ-002")),
            Map.entry("reject-unknown-reason", List.of("note REJ-002", "note REJ-002")),
            Map.entry("abort-reason-1", List.of("note ABT-003", "violation SEL-001")),
            Map.entry("abort-reason-5", List.of("note ABT-003")),
            Map.entry("abort-reason-6", List.of("note ABT-003", "violation OFR-012")),
            Map.entry("abort-reason-10", List.of("note ABT-003")),
            Map.entry("abort-reason-11", List.of("note ABT-003")),
            Map.entry("v0-info-word-reserved-bits-are-ignored", List.of("surprise V0-001")),
            Map.entry("v0-byte-fields-size-exponent-9", List.of("surprise V0-014")),
            Map.entry("v1-write-data-above-the-size-is-no-violation", List.of("surprise ACE-003")));

    /** By transcript and frame, counted from 1. The old device answers 64 bits of ones, whatever the access size. */
    static final Map<String, List<String>> OF_TRANSCRIPTS = Map.ofEntries(
            Map.entry("data-of-a-hello-is-ignored-and-counts-in-the-digest 1", List.of("violation HEL-007")),
            Map.entry("bytes-28-to-31-of-an-offer-are-ignored-and-count-in-the-digest 2", List.of("violation MRK-002")),
            Map.entry("restart-forgets-the-first-hello 3", List.of("note DST-004")),
            Map.entry("restart-performs-each-attached-read 3", List.of("note DST-004")),
            Map.entry("reject-digest-of-the-first-hello-too 3", List.of("note DST-004")),
            Map.entry("version-0-by-select-byte-fields 2", List.of("note OFR-007")),
            Map.entry("new-kvm-info-word-attached-old-device 2", List.of("note KST-002")),
            Map.entry("new-kvm-info-word-detached-old-device 2", List.of("surprise ACE-003", "note KST-002")),
            Map.entry("legacy-exchange-info-word 2", List.of("note KST-002")),
            Map.entry("version-0-exchange-info-word 11", List.of("note ACE-002")),
            Map.entry("new-kvm-byte-fields-attached-old-device 2", List.of("note KST-002")),
            Map.entry("new-kvm-byte-fields-detached-old-device 2", List.of("surprise ACE-003", "note KST-002")),
            Map.entry("legacy-exchange-byte-fields 2", List.of("note KST-002")),
            Map.entry("version-0-exchange-byte-fields 11", List.of("note ACE-002")),
            Map.entry("fail-marked-answer-in-legacy 2", List.of("note KST-002")),
            Map.entry("fail-legacy-second-response 2", List.of("note KST-002")),
            Map.entry("fail-legacy-response-to-a-posted-write 2", List.of("note KST-002")),
            Map.entry("version-0-byte-fields-size-exponent-above-3 1", List.of("surprise V0-014")),
            Map.entry("version-0-byte-fields-size-exponent-above-3 3", List.of("surprise V0-014")),
            Map.entry("version-0-byte-fields-size-exponent-above-3 4", List.of("note ACE-002")),
            Map.entry("version-0-agreed-size-exponent-above-3 5", List.of("surprise V0-014")),
            Map.entry(
                    "version-0-reserved-bits-are-ignored 1",
                    List.of("surprise V0-001", "surprise V0-001", "surprise V0-001")),
            Map.entry("version-0-reserved-bits-are-ignored 3", List.of("surprise V0-001", "surprise ACE-003")),
            Map.entry("marker-is-padding-under-the-policy-off 2", List.of("note KST-002")),
            Map.entry("marker-is-padding-under-the-policy-off 3", List.of("violation DST-002")),
            Map.entry("marker-is-padding-under-the-policy-off 4", List.of("violation FAI-003")),
            Map.entry("version-1-exchange 15", List.of("note ACE-002")),
            Map.entry("version-2-access-errors 6", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 8", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 10", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 12", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 14", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 16", List.of("note ACE-001")),
            Map.entry("version-2-access-errors 18", List.of("note ACE-001")),
            Map.entry("lengths-of-version-2 22", List.of("note ACE-001")),
            Map.entry("version-2-hello-offset-is-an-offset 6", List.of("note ACE-001")),
            Map.entry("version-2-hello-offset-is-an-offset 8", List.of("note ACE-001")),
            Map.entry("version-1-hello-offset-is-an-offset 8", List.of("note ACE-002")),
            Map.entry("version-0-agreed-hello-offset-is-an-offset 8", List.of("note ACE-002")),
            Map.entry("write-at-hello-offset-is-an-access 2", List.of("note ACE-002")),
            Map.entry("hello-offset-is-an-offset-under-the-policy-off 1", List.of("violation DST-003 V0-004")),
            Map.entry("abort-whatever-lies-behind-the-offer 2", List.of("violation OFR-012")),
            Map.entry("abort-whatever-lies-behind-the-offer 3", List.of("violation KST-009")),
            Map.entry("version-2-data-of-a-response-is-not-judged 6", List.of("violation V2-004")),
            Map.entry("version-2-data-of-a-response-is-not-judged 8", List.of("violation ACE-002", "note ACE-001")),
            Map.entry("version-2-data-of-a-response-is-not-judged 10", List.of("violation V2-004")),
            Map.entry("version-1-data-of-a-write-response-is-not-judged 6", List.of("violation V1-003")),
            Map.entry("version-2-reads-counts-those-before 14", List.of("note ACE-001")),
            Map.entry("version-2-reads-counts-those-before 16", List.of("note ACE-001")),
            Map.entry("abort-window-0 2", List.of("violation OFR-012")),
            Map.entry("abort-order-window-0-before-the-pin 2", List.of("violation OFR-012")),
            Map.entry("reject-of-an-unknown-reason 4", List.of("note REJ-002", "note REJ-002")),
            Map.entry("abort-of-an-unknown-reason 3", List.of("note ABT-003", "note REJ-002")),
            Map.entry("abort-with-reserved-bytes-set 3", List.of("note ABT-003", "violation MRK-002")),
            Map.entry("fail-plain-answer-under-require-info-word 2", List.of("note KST-002 KST-003")),
            Map.entry("fail-plain-answer-under-require-byte-fields 2", List.of("note KST-002 KST-003")),
            Map.entry("close-unmarked-detached-hello-byte-fields 1", List.of("violation DST-003", "surprise V0-001")),
            Map.entry("close-read-at-hello-offset-of-no-valid-size 1", List.of("violation DST-003", "surprise V0-014")),
            Map.entry("close-unmarked-read-under-require 1", List.of()),
            Map.entry("close-unmarked-write-under-require 1", List.of()),
            Map.entry("close-info-word-read-of-byte-fields-device 1", List.of()),
            Map.entry("close-version-0-under-the-policy-off 1", List.of("violation DST-002")));

    /** Their outcome depends on a policy, which no frame shows. */
    static final Set<String> UNSEEN = Set.of(
            "fail-plain-answer-under-require-info-word",
            "fail-plain-answer-under-require-byte-fields",
            "close-unmarked-read-under-require",
            "close-unmarked-write-under-require",
            "close-info-word-read-of-byte-fields-device",
            "close-version-0-under-the-policy-off",
            "marker-is-padding-under-the-policy-off");

    private VectorFindings() {}
}
