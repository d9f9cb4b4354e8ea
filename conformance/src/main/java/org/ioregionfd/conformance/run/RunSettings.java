// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ioregionfd.conformance.run.Result.Verdict;

/**
 * The user's settings of a run.
 *
 * @param tries how many generated cases each property tries, 1..{@link #TRIES_MAX}
 * @param repeats how often a check that failed is run again, 0..{@link #REPEATS_MAX}
 * @param jobs how many checks of one subject run side by side, 1..{@link #JOBS_MAX}
 * @param known the failures that the user knows of
 * @param maxFailures how many other ones of a subject end its run, 1..{@link #NO_LIMIT}
 */
public record RunSettings(
        Selection selection,
        Seed seed,
        Effort effort,
        int tries,
        int repeats,
        int jobs,
        KnownFailures known,
        int maxFailures) {
    /** No number of failures ends a run. */
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    /** Five runs in all distinguish a rule from chance. */
    public static final int DEFAULT_REPEATS = 4;

    /** Enough for a fault that shows once in a hundred runs. */
    public static final int REPEATS_MAX = 100;

    /** One night with a fast peer. */
    public static final int TRIES_MAX = 1_000_000;

    /** Each has a process of the peer; more than this is load, not speed. */
    public static final int JOBS_MAX = 64;

    /** Settings of a run that no number of failures ends. */
    public RunSettings(
            Selection selection, Seed seed, Effort effort, int tries, int repeats, int jobs, KnownFailures known) {
        this(selection, seed, effort, tries, repeats, jobs, known, NO_LIMIT);
    }

    /** The same with this number of jobs. */
    RunSettings withJobs(int number) {
        return new RunSettings(selection, seed, effort, tries, repeats, number, known, maxFailures);
    }

    /** The {@code checks} that the run takes. */
    public List<Check> of(List<Check> checks) {
        return selection.of(checks).stream()
                .filter(check -> effort.compareTo(check.effort()) >= 0 || selection.names(check))
                .toList();
    }

    /** How many generated cases each property tries by default, and which checks that take time are run. */
    public enum Effort {
        QUICK(15),
        /** What {@code self} does: it has three peers to judge, and is a user's first command. */
        SELF(50),
        FULL(100),
        THOROUGH(1000);

        private final int tries;

        Effort(int tries) {
            this.tries = tries;
        }

        /** Cases per property. */
        public int tries() {
            return tries;
        }
    }

    /**
     * The number from which all data of a run follow. Each check draws its numbers from this seed and its own name, so that
     * neither selection nor order changes what a check does.
     */
    public record Seed(long value) {
        /** Short enough to type again. */
        private static final int FRESH_BOUND = 1_000_000_000;

        /** A seed that was not given by the user. */
        public static Seed fresh() {
            return new Seed(new SplittableRandom().nextInt(FRESH_BOUND));
        }

        /** The seed of the check called {@code name}. */
        public long forCheck(String name) {
            try {
                MessageDigest hash = MessageDigest.getInstance("SHA-256");
                hash.update(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
                return ByteBuffer.wrap(hash.digest(name.getBytes(StandardCharsets.UTF_8)))
                        .getLong();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    /**
     * Which checks a run takes. A pattern is the beginning of a clause's id or of a check's name, or, with {@code *} or {@code ?} in
     * it, a whole one; capital letters are as small ones.
     *
     * @param prefixes patterns of checks, and of clauses that they cite; none means all
     * @param skipped patterns of checks, and of clauses that they decide, which are not taken
     */
    public record Selection(List<String> prefixes, List<String> skipped) {
        /** Every check. */
        public static final Selection ALL = new Selection(List.of());

        public Selection {
            prefixes = List.copyOf(prefixes);
            skipped = List.copyOf(skipped);
        }

        /** One that skips nothing. */
        public Selection(List<String> prefixes) {
            this(prefixes, List.of());
        }

        /** The {@code checks} that it takes. */
        public List<Check> of(List<Check> checks) {
            List<NamePattern> wanted = patterns(prefixes);
            List<NamePattern> unwanted = patterns(skipped);
            return checks.stream()
                    .filter(check -> wanted.isEmpty() || wanted.stream().anyMatch(pattern -> pattern.isCitedBy(check)))
                    .filter(check -> unwanted.stream().noneMatch(pattern -> pattern.isDecidedBy(check)))
                    .toList();
        }

        /** Those of {@code checks} that no pattern names: it takes them because they cite a clause that one names. */
        public List<Check> added(List<Check> checks) {
            List<NamePattern> wanted = patterns(prefixes);
            return wanted.isEmpty()
                    ? List.of()
                    : of(checks).stream()
                            .filter(check -> wanted.stream().noneMatch(pattern -> pattern.isDecidedBy(check)))
                            .toList();
        }

        /**
         * The patterns that match none of {@code checks}. They are an error of the user: a typing error must not look like a
         * pass.
         */
        public List<String> unmatched(List<Check> checks) {
            return Stream.concat(prefixes.stream(), skipped.stream())
                    .filter(text -> checks.stream().noneMatch(NamePattern.of(text)::isCitedBy))
                    .toList();
        }

        /** Whether the pattern {@code text} means a clause or a check that is called {@code name}. */
        public static boolean isOf(String text, String name) {
            return NamePattern.of(text).matches(name);
        }

        /** Whether the user asks for this one check: it is run then, however long it takes. */
        boolean names(Check check) {
            return prefixes.stream().anyMatch(check.name()::equalsIgnoreCase);
        }

        private static List<NamePattern> patterns(List<String> texts) {
            return texts.stream().map(NamePattern::of).toList();
        }

        /** One pattern. */
        private record NamePattern(Pattern pattern) {
            static NamePattern of(String text) {
                boolean isWhole = text.contains("*") || text.contains("?");
                String quoted = Pattern.quote(text).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
                return new NamePattern(Pattern.compile(quoted + (isWhole ? "" : ".*"), Pattern.CASE_INSENSITIVE));
            }

            boolean isDecidedBy(Check check) {
                return matches(check.name()) || matches(check.clause());
            }

            boolean isCitedBy(Check check) {
                return matches(check.name()) || check.clauses().stream().anyMatch(this::matches);
            }

            private boolean matches(String name) {
                return pattern.matcher(name).matches();
            }
        }
    }

    /**
     * The failures that the user knows of. They do not make a run fail, but the run shows a known failure that has gone.
     *
     * @param entries names of checks, and ids of clauses, which stand for each check that decides them
     */
    public record KnownFailures(List<String> entries) {
        /** No failure is known. */
        public static final KnownFailures NONE = new KnownFailures(List.of());

        public KnownFailures {
            entries = List.copyOf(entries);
        }

        /** One entry a line; what follows a {@code #} is for people. */
        public static KnownFailures parse(List<String> lines) {
            return new KnownFailures(lines.stream()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .distinct()
                    .toList());
        }

        /**
         * The entries that are neither a check nor a clause of {@code checks}. They are an error of the user: a typing error
         * must not hide a failure.
         */
        public List<String> unmatched(List<Check> checks) {
            return entries.stream()
                    .filter(entry -> checks.stream().noneMatch(check -> stands(entry, check)))
                    .toList();
        }

        /** Whether an entry stands for {@code check}. */
        public boolean lists(Check check) {
            return entries.stream().anyMatch(entry -> stands(entry, check));
        }

        /**
         * Marks known failures in these results, and the passes of an entry for which nothing failed. Checks that could not
         * run change nothing about an entry.
         */
        List<Result> mark(List<Result> results) {
            Set<Check> fixed = new HashSet<>();
            for (String entry : entries) {
                List<Result> meant = results.stream()
                        .filter(result -> stands(entry, result.check()))
                        .toList();
                if (meant.stream().noneMatch(Result::isViolation)) {
                    meant.stream()
                            .filter(result -> result.verdict() == Verdict.PASSED)
                            .forEach(result -> fixed.add(result.check()));
                }
            }
            List<Result> marked = new ArrayList<>();
            for (Result result : results) {
                boolean isKnown = result.isViolation() && lists(result.check());
                marked.add(
                        isKnown
                                ? result.withVerdict(Verdict.KNOWN)
                                : fixed.contains(result.check()) ? result.withVerdict(Verdict.FIXED) : result);
            }
            return marked;
        }

        private static boolean stands(String entry, Check check) {
            return entry.equals(check.name()) || entry.equals(check.clause());
        }
    }
}
