// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.model;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A value of a state of the model. */
public sealed interface TlaValue {
    /** A string. */
    record Text(String value) implements TlaValue {}

    /** An integer. */
    record Int(int value) implements TlaValue {}

    /** TRUE or FALSE. */
    record Truth(boolean value) implements TlaValue {}

    /** A set. */
    record Elements(Set<TlaValue> values) implements TlaValue {}

    /** A sequence. */
    record Sequence(List<TlaValue> values) implements TlaValue {}

    /** A record. */
    record Fields(Map<String, TlaValue> values) implements TlaValue {}

    /** The named field of a record. */
    default TlaValue field(String name) {
        if (this instanceof Fields fields && fields.values().containsKey(name)) {
            return fields.values().get(name);
        }
        throw new IllegalStateException("no field " + name + " in " + this);
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
