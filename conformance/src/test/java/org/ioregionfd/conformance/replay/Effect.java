// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.replay.StateGraph.State;
import org.ioregionfd.conformance.replay.StateGraph.Step;

/** The effect of a step on the two queues, and its frames to an end that is gone, which leave the queue unchanged. */
record Effect(Step step) {
    private static final TlaValue NONE = new TlaValue.Fields(Map.of("kind", new TlaValue.Text("NONE")));

    /** The frame that K takes. */
    TlaValue answer() {
        return step.from().get("toK").sequence().get(0);
    }

    /** The frame that D takes. */
    TlaValue request() {
        return step.from().get("toD").sequence().get(0);
    }

    /** The ids for which K no longer waits. */
    List<Integer> ended() {
        List<Integer> ids = new ArrayList<>(kOut(step.from()));
        ids.removeAll(kOut(step.to()));
        return ids;
    }

    /** What K sends in a step of its own. */
    Optional<TlaValue> sentByK() {
        List<TlaValue> before = step.from().get("toD").sequence();
        List<TlaValue> after = step.to().get("toD").sequence();
        if (after.size() > before.size()) {
            return Optional.of(after.get(after.size() - 1));
        }
        return switch (step.action()) {
            case "KSendsHello" -> Optional.of(step.to().get("kHello"));
            case "KSendsSelect" -> Optional.of(step.to().get("kSelect"));
            case "KStaysWithVersion0", "KSendsCommand" -> Optional.of(command("READ"));
            case "KSendsEarlyWrite" -> Optional.of(command("WRITE"));
            case "KGivesUp" -> Optional.of(because("ABORT", "POLICY"));
            case "KAbortsOffer" -> Optional.of(because("ABORT", FrameBytes.ANY_REASON));
            default -> Optional.empty();
        };
    }

    /** What D sends in a step of its own. */
    Optional<TlaValue> sentByD() {
        List<TlaValue> before = step.from().get("toK").sequence();
        List<TlaValue> after = step.to().get("toK").sequence();
        if (after.size() > before.size()) {
            return Optional.of(after.get(after.size() - 1));
        }
        return switch (step.action()) {
            case "DTakesHello" -> Optional.of(step.to().get("dOffer"));
            case "DTakesSelect" -> Optional.of(accept());
            case "DRejectsSelect", "DRejectsOther" -> Optional.of(because("REJECT", FrameBytes.ANY_REASON));
            case "DServesUnnegotiated", "DServesAgreed" -> response();
            case "LegacyServes" -> dCloses() ? Optional.empty() : response();
            default -> Optional.empty();
        };
    }

    private static List<Integer> kOut(State state) {
        return state.get("kOut").sequence().stream().map(TlaValue::number).toList();
    }

    private boolean dCloses() {
        return step.to().get("dState").text().equals("Closed");
    }

    private static TlaValue because(String kind, String reason) {
        return new TlaValue.Fields(Map.of("kind", new TlaValue.Text(kind), "reason", new TlaValue.Text(reason)));
    }

    /** To a D that is gone: commands differ only in whether K waits for a response. */
    private TlaValue command(String waiting) {
        TlaValue agreed = step.to().get("kAgreed");
        int version = agreed.isNone() ? 0 : agreed.field("version").number();
        boolean waits = kOut(step.to()).size() > kOut(step.from()).size();
        Map<String, TlaValue> fields = new LinkedHashMap<>();
        fields.put("kind", new TlaValue.Text(waits ? waiting : "POSTED"));
        fields.put("version", new TlaValue.Int(version));
        fields.put("layout", version == 0 ? step.to().get("k").field("layout") : new TlaValue.Text("none"));
        fields.put("id", step.from().get("kNext"));
        fields.put("at", new TlaValue.Text("region"));
        return new TlaValue.Fields(fields);
    }

    /** To a K that is gone. */
    private TlaValue accept() {
        TlaValue select = request();
        TlaValue unsealed = select.with("kind", new TlaValue.Text("ACCEPT")).with("digest", NONE);
        Map<String, TlaValue> digest = new LinkedHashMap<>();
        digest.put("kind", new TlaValue.Text("DIGEST"));
        digest.put("hello", step.from().get("dHello"));
        digest.put("offer", step.from().get("dOffer"));
        digest.put("select", select.with("digest", NONE));
        digest.put("accept", unsealed);
        return unsealed.with("digest", new TlaValue.Fields(digest));
    }

    /** To a K that is gone. */
    private Optional<TlaValue> response() {
        TlaValue request = request();
        if (request.field("kind").text().equals("POSTED")) {
            return Optional.empty();
        }
        TlaValue agreed = step.from().get("dAgreed");
        TlaValue version = agreed.isNone() ? new TlaValue.Int(0) : agreed.field("version");
        return Optional.of(new TlaValue.Fields(
                Map.of("kind", new TlaValue.Text("RESPONSE"), "version", version, "id", request.field("id"))));
    }
}
