// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.Outcome;

/** Writes a driver's answers, one line each, at once. From any thread. */
final class DriverAnswers {
    private static final String STATUS = "status";
    private static final String ERROR = "error";

    private final PrintStream out;

    DriverAnswers(PrintStream out) {
        this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
    }

    /** The word for an access that was not answered. */
    static String errorOf(AccessException e) {
        return e.end() == AccessEnd.NOT_SENT ? "not-sent" : "maybe-executed";
    }

    /** [DRV-001] a line that is no request */
    void noRequest(String why, JsonObject channel) {
        error(JsonNull.INSTANCE, "usage", why, channel);
    }

    void refused(JsonElement id, RequestException e, JsonObject channel) {
        switch (e.answered()) {
            case USAGE -> error(id, "usage", String.valueOf(e.getMessage()), channel);
            case UNSUPPORTED -> unsupported(id, String.valueOf(e.getMessage()));
        }
    }

    void error(JsonElement id, String word, String message, JsonObject channel) {
        JsonObject answer = answer(id, ERROR);
        answer.addProperty(ERROR, word);
        answer.addProperty("message", message);
        answer.add("channel", channel);
        print(answer);
    }

    void done(JsonElement id, JsonObject channel) {
        JsonObject answer = answer(id, "done");
        answer.add("channel", channel);
        print(answer);
    }

    /** The same with further members. */
    void done(JsonElement id, JsonObject members, JsonObject channel) {
        JsonObject answer = answer(id, "done");
        members.entrySet().forEach(member -> answer.add(member.getKey(), member.getValue()));
        answer.add("channel", channel);
        print(answer);
    }

    /** A READ that was answered. */
    void read(JsonElement id, AccessResult result, ChannelStatus status) {
        JsonObject answer = answer(id, "done");
        answer.addProperty("value", Numbers.hex(result.value()));
        addAccess(answer, result);
        answer.add("channel", ChannelJson.of(status));
        print(answer);
    }

    /** A WRITE that was answered or, if posted, sent; a FENCE that was answered. */
    void accessed(JsonElement id, AccessResult result, ChannelStatus status) {
        JsonObject answer = answer(id, "done");
        addAccess(answer, result);
        answer.add("channel", ChannelJson.of(status));
        print(answer);
    }

    void negotiationFailed(JsonElement id, Outcome.Failed failed, ChannelStatus status) {
        failure(id, "negotiation", failed.failure().inWords(), status);
    }

    void accessFailed(JsonElement id, AccessException e, ChannelStatus status) {
        failure(id, errorOf(e), String.valueOf(e.getMessage()), status);
    }

    private void failure(JsonElement id, String word, String message, ChannelStatus status) {
        JsonObject answer = answer(id, ERROR);
        answer.addProperty(ERROR, word);
        answer.addProperty("message", message);
        status.failure().flatMap(ChannelJson::clauseOf).ifPresent(clause -> answer.addProperty("clause", clause));
        answer.add("channel", ChannelJson.of(status));
        print(answer);
    }

    private void unsupported(JsonElement id, String message) {
        JsonObject answer = answer(id, "unsupported");
        answer.addProperty("message", message);
        print(answer);
    }

    private static JsonObject answer(JsonElement id, String status) {
        JsonObject answer = new JsonObject();
        answer.add("id", id);
        answer.addProperty(STATUS, status);
        return answer;
    }

    /** In version 2 only: earlier ones cannot tell a failed access from a value of ones. */
    private static void addAccess(JsonObject answer, AccessResult result) {
        result.status().ifPresent(access -> answer.addProperty("access", access.label()));
    }

    private synchronized void print(JsonObject answer) {
        out.print(answer + "\n");
        out.flush();
    }
}
