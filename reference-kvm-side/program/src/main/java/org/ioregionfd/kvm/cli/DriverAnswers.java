// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Op;

/** Writes a driver's answers, one line each, at once. From any thread. */
final class DriverAnswers {
    private final PrintStream out;

    DriverAnswers(PrintStream out) {
        this.out = out;
    }

    /** The word for an access that was not answered. */
    static String errorOf(AccessException e) {
        return e.end() == AccessEnd.NOT_SENT ? "not-sent" : "maybe-executed";
    }

    /** [DRV-001] a line that is no request */
    void noRequest(String why, JsonObject channel) {
        error(JsonNull.INSTANCE, "usage", why, channel);
    }

    void error(JsonElement id, String word, String message, JsonObject channel) {
        JsonObject answer = answer(id, "error");
        answer.addProperty("error", word);
        answer.addProperty("message", message);
        answer.add("channel", channel);
        print(answer);
    }

    void done(JsonElement id, JsonObject channel) {
        done(id, new JsonObject(), channel);
    }

    /** The same with further members. */
    void done(JsonElement id, JsonObject members, JsonObject channel) {
        JsonObject answer = answer(id, "done");
        members.entrySet().forEach(member -> answer.add(member.getKey(), member.getValue()));
        answer.add("channel", channel);
        print(answer);
    }

    /** An access that was answered or, if posted, sent. */
    void accessed(JsonElement id, Op op, AccessResult result, ChannelStatus status) {
        JsonObject members = new JsonObject();
        if (op == Op.READ) {
            members.addProperty("value", Numbers.hex(result.value()));
        }
        // in version 2 only: earlier ones cannot tell a failed access from a value of ones
        result.status().ifPresent(access -> members.addProperty("access", access.label()));
        done(id, members, ChannelJson.of(status));
    }

    void negotiationFailed(JsonElement id, Outcome.Failed failed, ChannelStatus status) {
        failure(id, "negotiation", failed.failure().inWords(), status);
    }

    void accessFailed(JsonElement id, AccessException e, ChannelStatus status) {
        failure(id, errorOf(e), String.valueOf(e.getMessage()), status);
    }

    private void failure(JsonElement id, String word, String message, ChannelStatus status) {
        print(ChannelJson.addError(answer(id, "error"), word, message, status));
    }

    void unsupported(JsonElement id, String message) {
        print(unsupportedAnswer(id, message));
    }

    /** [DRV-008] */
    void offOnly(JsonElement id, String message) {
        JsonObject answer = unsupportedAnswer(id, message);
        JsonArray policies = new JsonArray();
        policies.add("off");
        answer.add("policies", policies);
        print(answer);
    }

    private static JsonObject unsupportedAnswer(JsonElement id, String message) {
        JsonObject answer = answer(id, "unsupported");
        answer.addProperty("message", message);
        return answer;
    }

    private static JsonObject answer(JsonElement id, String status) {
        JsonObject answer = new JsonObject();
        answer.add("id", id);
        answer.addProperty("status", status);
        return answer;
    }

    private synchronized void print(JsonObject answer) {
        out.print(ChannelJson.text(answer) + "\n");
        out.flush();
    }
}
