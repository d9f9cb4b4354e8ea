// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A value of a state of the model; as text it is what TLC prints. */
public sealed interface TlaValue {
    /** A string. */
    record Text(String value) implements TlaValue {
        @Override
        public String toString() {
            return '"' + value + '"';
        }
    }

    /** An integer. */
    record Int(int value) implements TlaValue {
        @Override
        public String toString() {
            return Integer.toString(value);
        }
    }

    /** TRUE or FALSE. */
    record Truth(boolean value) implements TlaValue {
        @Override
        public String toString() {
            return value ? "TRUE" : "FALSE";
        }
    }

    /** A set. */
    record Elements(Set<TlaValue> values) implements TlaValue {
        @Override
        public String toString() {
            return values.stream().map(TlaValue::toString).collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /** A sequence. */
    record Sequence(List<TlaValue> values) implements TlaValue {
        @Override
        public String toString() {
            return values.stream().map(TlaValue::toString).collect(Collectors.joining(", ", "<<", ">>"));
        }
    }

    /** A record. */
    record Fields(Map<String, TlaValue> values) implements TlaValue {
        @Override
        public String toString() {
            return values.entrySet().stream()
                    .map(field -> field.getKey() + " |-> " + field.getValue())
                    .collect(Collectors.joining(", ", "[", "]"));
        }
    }

    /** The named field of a record. */
    default TlaValue field(String name) {
        if (this instanceof Fields fields && fields.values().containsKey(name)) {
            return fields.values().get(name);
        }
        throw new IllegalStateException("no field " + name + " in " + this);
    }

    /** Whether this is a record with the named field. */
    default boolean has(String name) {
        return this instanceof Fields fields && fields.values().containsKey(name);
    }

    /** Whether this is the model's None, which stands where there is no frame and no terms. */
    default boolean isNone() {
        return has("kind") && field("kind").text().equals("NONE");
    }

    /** The same record with one field of another value. */
    default TlaValue with(String name, TlaValue value) {
        if (!(this instanceof Fields fields)) {
            throw new IllegalStateException("not a record: " + this);
        }
        Map<String, TlaValue> changed = new LinkedHashMap<>(fields.values());
        changed.put(name, value);
        return new Fields(changed);
    }

    /** The value of a string. */
    default String text() {
        if (this instanceof Text text) {
            return text.value();
        }
        throw new IllegalStateException("not a string: " + this);
    }

    /** The value of an integer. */
    default int number() {
        if (this instanceof Int number) {
            return number.value();
        }
        throw new IllegalStateException("not a number: " + this);
    }

    /** The value of TRUE or FALSE. */
    default boolean truth() {
        if (this instanceof Truth truth) {
            return truth.value();
        }
        throw new IllegalStateException("neither TRUE nor FALSE: " + this);
    }

    /** The elements of a set. */
    default Set<TlaValue> elements() {
        if (this instanceof Elements elements) {
            return elements.values();
        }
        throw new IllegalStateException("not a set: " + this);
    }

    /** The elements of a sequence, in order. */
    default List<TlaValue> sequence() {
        if (this instanceof Sequence sequence) {
            return sequence.values();
        }
        throw new IllegalStateException("not a sequence: " + this);
    }
}
