// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The results of all pairs, as a table, a list of errors, and JSON. Immutable. */
public final class InteropResult {
    private static final int FIRST_WIDTH = 24;
    private static final int COLUMN_WIDTH = 14;

    private final List<Pair> pairs;
    private final Optional<String> missing;

    InteropResult(List<Pair> pairs, Optional<String> missing) {
        this.pairs = List.copyOf(pairs);
        this.missing = missing;
    }

    /** Whether every pair had its required outcome. */
    public boolean isAsExpected() {
        return pairs.stream().noneMatch(Pair::isWrong);
    }

    /**
     * Rows are KVM sides, columns are device sides, of all programs and layouts; a cell holds the outcomes, and how often
     * each came.
     */
    public String table() {
        Set<String> columns = pairs.stream()
                .map(pair -> pair.deviceSetting().words())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> rows = pairs.stream()
                .map(pair -> pair.kvmSetting().words())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        StringBuilder text = new StringBuilder(padded("", FIRST_WIDTH));
        columns.forEach(column -> text.append(padded(column, COLUMN_WIDTH)));
        for (String row : rows) {
            List<List<String>> cells =
                    columns.stream().map(column -> cell(row, column)).toList();
            int lines = cells.stream().mapToInt(List::size).max().orElse(0);
            for (int i = 0; i < lines; i++) {
                text.append('\n').append(padded(i == 0 ? row : "", FIRST_WIDTH));
                for (List<String> cell : cells) {
                    text.append(padded(i < cell.size() ? cell.get(i) : "", COLUMN_WIDTH));
                }
            }
        }
        return text.toString().replaceAll("(?m) +$", "");
    }

    private List<String> cell(String row, String column) {
        Map<String, Long> counts = pairs.stream()
                .filter(pair -> pair.kvmSetting().words().equals(row)
                        && pair.deviceSetting().words().equals(column))
                .collect(Collectors.groupingBy(
                        pair -> pair.isWrong() ? "WRONG" : pair.expected().words(),
                        TreeMap::new,
                        Collectors.counting()));
        return counts.entrySet().stream()
                .map(count -> count.getKey() + " x" + count.getValue())
                .toList();
    }

    /** Each pair with another outcome, and each program that was left out; one line each. */
    public List<String> remarks() {
        List<String> remarks = pairs.stream()
                .filter(Pair::isWrong)
                .map(pair -> "wrong: " + pair.words())
                .collect(Collectors.toList());
        missing.ifPresent(what -> remarks.add("not played: " + what));
        return remarks;
    }

    /** One line. */
    public String verdict() {
        long wrong = pairs.stream().filter(Pair::isWrong).count();
        return "%d pairs, %d wrong".formatted(pairs.size(), wrong);
    }

    /** All pairs as JSON, with a newline at the end. It holds nothing about the machine. */
    public String json() {
        JsonObject root = new JsonObject();
        root.addProperty("format", 1);
        root.addProperty("verdict", verdict());
        missing.ifPresent(what -> root.addProperty("not_played", what));
        JsonArray all = new JsonArray();
        for (Pair pair : pairs) {
            JsonObject one = new JsonObject();
            one.addProperty("kvm", pair.kvm());
            one.addProperty("kvm_setting", pair.kvmSetting().words());
            one.addProperty("kvm_layout", pair.kvmSetting().layout().label());
            one.addProperty("device", pair.device());
            one.addProperty("device_setting", pair.deviceSetting().words());
            one.addProperty("device_layout", pair.deviceSetting().layout().label());
            one.addProperty("expected", pair.expected().toString());
            one.addProperty("seen", pair.seen());
            all.add(one);
        }
        root.add("pairs", all);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(root) + "\n";
    }

    private static String padded(String text, int width) {
        return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
    }

    /**
     * One pair that has met.
     *
     * @param expected what must come of it
     * @param seen what came of it, in the same words
     */
    record Pair(
            String kvm,
            KvmSetting kvmSetting,
            String device,
            DeviceSetting deviceSetting,
            PairOutcome expected,
            String seen) {
        boolean isWrong() {
            return !seen.equals(expected.toString());
        }

        /** On one line. */
        String words() {
            return "K " + kvm + ", " + kvmSetting.words() + ", "
                    + kvmSetting.layout().label() + "; D " + device + ", "
                    + deviceSetting.words() + ", " + deviceSetting.layout().label() + ": expected " + expected
                    + ", seen "
                    + seen;
        }
    }
}
