// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The model of the handshake in the tree, and the graphs that a build of spec/tools made of it. */
final class ModelFiles {
    private static final Path SPEC = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .getParent()
            .resolve("spec");

    private ModelFiles() {}

    /** The named state graph. Without a build of spec/tools this fails, and says what to do. */
    static StateGraph graph(String name) throws IOException {
        Path dot = SPEC.resolve("tools/target/model/replay").resolve(name + ".dot");
        if (!Files.exists(dot)) {
            fail("the state graph " + dot + " is missing; the build of spec/tools writes it");
        }
        return StateGraph.read(dot);
    }

    /** The actions that the model's README lists. */
    static Set<String> actions() throws IOException {
        String readme = Files.readString(SPEC.resolve("model/README.md"));
        Matcher section = Pattern.compile("(?s)\n## Actions\n(.*?)\n## ").matcher(readme);
        assertTrue(section.find(), "the model's README has no section Actions");
        Set<String> actions = new TreeSet<>();
        Pattern.compile("(?m)^\\| `(\\w+)` \\|")
                .matcher(section.group(1))
                .results()
                .forEach(row -> actions.add(row.group(1)));
        return actions;
    }

    /** The tables of section 6. */
    static JsonObject documentStates() throws IOException {
        return JsonParser.parseString(Files.readString(SPEC.resolve("registry/states.json")))
                .getAsJsonObject();
    }
}
