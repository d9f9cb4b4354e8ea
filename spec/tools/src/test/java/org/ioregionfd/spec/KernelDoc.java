// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The kernel-doc comments of a header. Each must name what follows it, and exactly its members or parameters.
 *
 * @param names what has such a comment
 * @param wrong what does not fit, in words
 */
record KernelDoc(Set<String> names, List<String> wrong) {
    private static final String KINDS = "struct|union|enum";
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*\\*\n(.*?)\n \\*/\n(.*?\n[{}][;\n]?)");
    private static final Pattern NAME = Pattern.compile(" \\* (?:(?:" + KINDS + ") (\\w+)|(\\w+)\\(\\)) - \\S.*");
    private static final Pattern DESCRIBED = Pattern.compile("(?m)^ \\* @(\\w+): \\S");
    private static final Pattern FUNCTION = Pattern.compile("(?s)static __inline__ (.*?)(\\w+)\\(([^)]*)\\)\n\\{");
    private static final Pattern TYPE = Pattern.compile("(?s)(?:" + KINDS + ") (\\w+) \\{\n(.*)\n}");
    private static final Pattern MEMBER = Pattern.compile("(\\w+)(?:\\[\\w+])?\\s*[;,]");
    private static final Pattern DEFINED = Pattern.compile(
            "(?m)^(?:" + KINDS + ") (\\w+) \\{|^(?:static __inline__ [^;=]*?)?\\b(ioregionfd_\\w+)\\([^;=()]*\\)\n\\{");

    static KernelDoc of(String header) {
        Set<String> names = new LinkedHashSet<>();
        List<String> wrong = new ArrayList<>();
        COMMENT.matcher(header).results().forEach(found -> check(found.group(1), found.group(2), names, wrong));
        return new KernelDoc(names, wrong);
    }

    private static void check(String comment, String code, Set<String> names, List<String> wrong) {
        String title = comment.lines().findFirst().orElseThrow();
        String named = found(NAME, title)
                .map(name -> name.group(1) == null ? name.group(2) : name.group(1))
                .findFirst()
                .orElse(title);
        List<String> described =
                found(DESCRIBED, comment).map(parameter -> parameter.group(1)).toList();
        MatchResult function = found(FUNCTION, code).findFirst().orElse(null);
        MatchResult type = found(TYPE, code).findFirst().orElse(null);
        String name;
        List<String> parts;
        if (function != null) {
            name = function.group(2);
            parts = Stream.of(function.group(3).split(",", -1))
                    .map(part -> part.replaceFirst("(?s).*\\W", ""))
                    .toList();
            boolean returns = !function.group(1).strip().equals("void");
            if (returns != comment.contains("\n * Return: ")) {
                wrong.add(name + (returns ? ": no Return" : ": a Return"));
            }
        } else if (type != null) {
            name = type.group(1);
            String members = type.group(2).replaceAll("/\\*.*?\\*/", "");
            parts = found(MEMBER, members).map(member -> member.group(1)).toList();
        } else {
            wrong.add(named + ": nothing follows");
            return;
        }
        names.add(name);
        if (!name.equals(named)) {
            wrong.add(name + ": the comment is that of " + named);
        }
        if (!parts.equals(described)) {
            wrong.add(name + ": @" + String.join(" @", parts) + ", and not @" + String.join(" @", described));
        }
    }

    /** Every type of a header, and each of its functions that another file calls. */
    static List<String> publicNames(Path folder, String header) throws IOException {
        StringBuilder users = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().matches(".*\\.[ch]")).toList()) {
                users.append(file.endsWith(header) ? "" : Files.readString(file));
            }
        }
        String others = users.toString();
        return found(DEFINED, Files.readString(folder.resolve(header)))
                .filter(found -> found.group(1) != null || others.contains(found.group(2) + '('))
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .toList();
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
