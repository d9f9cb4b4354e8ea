// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads states and values in the form in which TLC prints them. Refuses, with its place, what it does not know. */
final class TlaReader {
    private final String text;
    private int at;

    private TlaReader(String text) {
        this.text = text;
    }

    /** The value that the whole text is. */
    static TlaValue value(String text) {
        TlaReader reader = new TlaReader(text);
        TlaValue value = reader.value();
        reader.end();
        return value;
    }

    /** The variables of a state: a conjunction of "name = value". */
    static Map<String, TlaValue> state(String text) {
        TlaReader reader = new TlaReader(text);
        Map<String, TlaValue> variables = new LinkedHashMap<>();
        while (reader.takes("/\\")) {
            String name = reader.name();
            reader.expect("=");
            variables.put(name, reader.value());
        }
        reader.end();
        return variables;
    }

    private TlaValue value() {
        if (takes("<<")) {
            return new TlaValue.Sequence(values(">>"));
        }
        if (takes("{")) {
            List<TlaValue> values = values("}");
            Set<TlaValue> elements = new LinkedHashSet<>(values);
            return new TlaValue.Elements(elements);
        }
        if (takes("[")) {
            return fields();
        }
        if (takes("\"")) {
            int end = text.indexOf('"', at);
            if (end < 0) {
                throw unexpected("the end of a string");
            }
            String value = text.substring(at, end);
            at = end + 1;
            return new TlaValue.Text(value);
        }
        if (takes("TRUE")) {
            return new TlaValue.Truth(true);
        }
        if (takes("FALSE")) {
            return new TlaValue.Truth(false);
        }
        return number();
    }

    private List<TlaValue> values(String close) {
        List<TlaValue> values = new ArrayList<>();
        if (takes(close)) {
            return values;
        }
        do {
            values.add(value());
        } while (takes(","));
        expect(close);
        return values;
    }

    private TlaValue fields() {
        Map<String, TlaValue> fields = new LinkedHashMap<>();
        do {
            String name = name();
            expect("|->");
            fields.put(name, value());
        } while (takes(","));
        expect("]");
        return new TlaValue.Fields(fields);
    }

    private TlaValue number() {
        int start = at;
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || (at == start && text.charAt(at) == '-'))) {
            at++;
        }
        if (start == at || text.startsWith("..", at)) {
            throw unexpected("a value");
        }
        return new TlaValue.Int(Integer.parseInt(text.substring(start, at)));
    }

    private String name() {
        skipSpace();
        int start = at;
        while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw unexpected("a name");
        }
        return text.substring(start, at);
    }

    private boolean takes(String token) {
        skipSpace();
        if (!text.startsWith(token, at)) {
            return false;
        }
        at += token.length();
        return true;
    }

    private void expect(String token) {
        if (!takes(token)) {
            throw unexpected(token);
        }
    }

    private void end() {
        skipSpace();
        if (at != text.length()) {
            throw unexpected("the end");
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException unexpected(String wanted) {
        return new IllegalArgumentException("expected " + wanted + " at " + at + " of: " + text);
    }
}
