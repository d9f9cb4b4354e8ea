// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.Reason;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The registry is well formed, and the enums of the wire say what it says. */
class RegistryTest {
    private final JsonNode registry = SpecFiles.json("registry/registry.json");
    private final HandshakeDocument document = new HandshakeDocument();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry/registry.json",
                "registry/clauses.json",
                "registry/states.json",
                "vectors/frames.json",
                "vectors/records.json",
                "vectors/commands.json",
                "vectors/transcripts.json"
            })
    void fileFitsItsSchema(String name) {
        String folder = name.substring(0, name.indexOf('/') + 1);
        JsonNode file = SpecFiles.json(name);
        assertEquals(
                List.of(), Schemas.of(folder + file.get("$schema").asString()).validate(file));
    }

    @Test
    void idsOfClausesThatAreGoneStayGone() {
        List<String> retired = document.retired();
        assertTrue(retired.containsAll(List.of("HEL-001", "HEL-002")), () -> "gone since the second draft: " + retired);
        assertEquals(
                List.of(),
                document.clauses().stream()
                        .map(HandshakeDocument.ClauseText::id)
                        .filter(retired::contains)
                        .toList());
    }

    @Test
    void clauseIdsAreUnique() {
        List<String> ids = document.clauses().stream()
                .map(HandshakeDocument.ClauseText::id)
                .toList();
        assertEquals(ids.size(), new HashSet<>(ids).size());
    }

    @Test
    void fieldsOfEveryFrameCoverItsBytesOnce() {
        List<JsonNode> frames = new ArrayList<>(list(registry.get("frames")));
        frames.addAll(list(registry.get("exchangeFrames")));
        for (JsonNode frame : frames) {
            int next = 0;
            for (JsonNode field : frame.get("fields")) {
                assertEquals(next, field.get("offset").asInt(), frame.get("name") + " " + field.get("name"));
                next += field.get("width").asInt();
            }
            assertEquals(Frame.LENGTH, next, frame.get("name").asString());
        }
    }

    @Test
    void kindsAreThoseOfTheWire() {
        assertEquals(
                rows("kinds", k -> !k.has("kept"), "code", "name"),
                enumRows(FrameKind.values(), FrameKind::code, FrameKind::name));
    }

    @Test
    void layoutsAreThoseOfTheWire() {
        assertEquals(
                rows("layouts", l -> true, "code", "label"), enumRows(Layout.values(), Layout::code, Layout::label));
    }

    @Test
    void versionsAreThoseOfTheWire() {
        assertEquals(
                rows("versions", v -> true, "number", "windowMax"),
                enumRows(ProtocolVersion.values(), ProtocolVersion::number, v -> "" + v.windowMax()));
        assertEquals(mask("versionBits", "grease"), VersionSet.GREASE.bits() & 0xFFFF_FFFFL);
        assertEquals(registry.at("/versionBits/assignable/last").asInt(), VersionSet.NUMBER_MAX);
    }

    @Test
    void featuresAreThoseOfTheWire() {
        assertEquals(
                rows("features", f -> true, "bit", "name"), enumRows(Feature.values(), Feature::bit, Feature::name));
        assertEquals(
                rows("features", f -> true, "needsVersion", "name"),
                enumRows(Feature.values(), f -> f.needs().number(), Feature::name));
        assertEquals(mask("featureBits", "grease"), FeatureSet.GREASE.bits());
    }

    @Test
    void reasonsAreThoseOfTheWire() {
        assertEquals(rows("reasons", r -> true, "code", "name"), enumRows(Reason.values(), Reason::code, Reason::name));
    }

    @Test
    void statusesAreThoseOfTheWire() {
        assertEquals(
                rows("statuses", s -> true, "code", "name"), enumRows(Status.values(), Status::code, Status::name));
    }

    @Test
    void opsOfVersion2AreThoseOfTheWire() {
        assertEquals(
                rows("ops", op -> op.get("versions").get(0).asInt() == 2, "code", "name"),
                enumRows(Op.values(), Op::taggedCode, Op::name));
    }

    @Test
    void helloOffsetIsThatOfTheWire() {
        assertEquals(
                "0x" + Long.toHexString(Frame.HELLO_OFFSET),
                registry.at("/limits/helloOffset").asString());
    }

    @Test
    void everyClauseOfTheStatesExists() {
        Set<String> ids = document.clauses().stream()
                .map(HandshakeDocument.ClauseText::id)
                .collect(Collectors.toSet());
        for (JsonNode side : SpecFiles.json("registry/states.json").get("sides")) {
            for (JsonNode transition : side.get("transitions")) {
                for (JsonNode clause : transition.get("clauses")) {
                    assertTrue(ids.contains(clause.asString()), clause.asString());
                }
            }
        }
    }

    private List<String> rows(String list, java.util.function.Predicate<JsonNode> which, String number, String name) {
        List<String> rows = list(registry.get(list)).stream()
                .filter(which)
                .map(row -> row.get(number).asString() + " " + row.get(name).asString())
                .toList();
        assertTrue(!rows.isEmpty(), list);
        return rows;
    }

    private static <E> List<String> enumRows(
            E[] values, java.util.function.ToIntFunction<E> number, java.util.function.Function<E, String> name) {
        return List.of(values).stream()
                .map(v -> number.applyAsInt(v) + " " + name.apply(v))
                .toList();
    }

    private long mask(String list, String range) {
        int first = registry.at("/" + list + "/" + range + "/first").asInt();
        int last = registry.at("/" + list + "/" + range + "/last").asInt();
        return (-1L >>> (63 - last)) & (-1L << first);
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
