// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.UnderTest;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds;
import org.ioregionfd.conformance.run.RunSettings.Effort;

/**
 * One check: a method of the suite, in a class that has or inherits it.
 *
 * @param name the stable name, such as {@code SEL-013/refuses-a-version-that-was-not-offered}, with {@code @variant} at its
 *     end if classes share the method
 * @param clauses the ids it cites, the first being the one it decides
 * @param needs what the peer must be able to do
 */
public record Check(String name, List<String> clauses, Set<String> needs, Class<?> type, Method method) {
    /** Named and not imported, because this is the only use of the engine here. */
    private static final String PROPERTY = "net.jqwik.api.Property";

    /** Kept, because a check is looked up before each try, and reading annotations takes longer than most tries. */
    private static final Map<Place, Check> KNOWN = new ConcurrentHashMap<>();

    private record Place(Class<?> type, Method method) {}

    public Check {
        clauses = List.copyOf(clauses);
        needs = Collections.unmodifiableSet(new LinkedHashSet<>(needs));
    }

    /** The clause that the check decides. */
    public String clause() {
        return clauses.get(0);
    }

    /** Whether it is for this kind of peer: with a driver, or without. */
    boolean isFor(UnderTest peer) {
        return Stream.of(method.getParameterTypes())
                .filter(UnderTest.class::isAssignableFrom)
                .allMatch(type -> type.isInstance(peer));
    }

    /** Whether it is run on generated values. */
    public boolean isProperty() {
        return Stream.of(method.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().getName().equals(PROPERTY));
    }

    /** Whether no other check may run beside it. */
    public boolean isAlone() {
        return method.isAnnotationPresent(Alone.class);
    }

    /** Whether the process of the peer ends in it. */
    boolean isEnding() {
        return method.isAnnotationPresent(EndsThePeer.class);
    }

    /** The least effort of a run that takes it. */
    Effort effort() {
        TakesTime time = method.getAnnotation(TakesTime.class);
        return time == null ? Effort.QUICK : time.value();
    }

    /** Whether a quick run leaves it out. */
    public boolean isSlow() {
        return effort() != Effort.QUICK;
    }

    /** All checks in {@code types}, by name. */
    public static List<Check> in(List<Class<?>> types) {
        List<Check> checks = types.stream()
                .flatMap(Check::in)
                .sorted(Comparator.comparing(Check::name))
                .toList();
        for (int i = 1; i < checks.size(); i++) {
            if (checks.get(i).name().equals(checks.get(i - 1).name())) {
                throw new IllegalStateException("two checks " + checks.get(i).name());
            }
        }
        return checks;
    }

    /** The check that {@code method} is in {@code type}; the method must have clauses. */
    public static Check of(Class<?> type, Method method) {
        return KNOWN.computeIfAbsent(new Place(type, method), place -> read(type, method));
    }

    private static Check read(Class<?> type, Method method) {
        List<String> clauses = List.of(method.getAnnotation(Clause.class).value());
        String words = method.getName()
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
                .toLowerCase(Locale.ROOT);
        Variant variant = type.getAnnotation(Variant.class);
        String name = clauses.get(0) + '/' + words + (variant == null ? "" : '@' + variant.value());
        return new Check(name, clauses, needs(type, method), type, method);
    }

    private static Stream<Check> in(Class<?> type) {
        List<Check> checks = new ArrayList<>();
        for (Class<?> holder = type; holder != Object.class; holder = holder.getSuperclass()) {
            Stream.of(holder.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Clause.class))
                    .forEach(method -> checks.add(of(type, method)));
        }
        return checks.stream();
    }

    private static Set<String> needs(Class<?> type, Method method) {
        Set<String> needs = new LinkedHashSet<>();
        Stream.of(type.getAnnotation(Needs.class), method.getAnnotation(Needs.class))
                .filter(annotation -> annotation != null)
                .forEach(annotation -> needs.addAll(List.of(annotation.value())));
        return needs;
    }

    /** Marks a method as a check and names the clauses that it can find violated. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Clause {
        /** Ids of clauses; the first is the one that the check decides. */
        String[] value();
    }

    /**
     * The abilities that the peer under test must have for a check to make sense; without them the check is not supported.
     */
    @Target({ElementType.METHOD, ElementType.TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Needs {
        /** All of these, constants of {@link Ability}; those of the class count for each of its checks, and come first. */
        String[] value();
    }

    /** Marks a check that needs the whole peer: no other check runs beside it. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Alone {}

    /**
     * Marks a check in which the process of the peer ends. It runs behind all others: a process that is started again takes a
     * second to answer, and a JVM is slow at first.
     */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface EndsThePeer {}

    /** Marks a check that takes so long that a quick run leaves it out. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface TakesTime {
        /** The least effort of a run that takes it. */
        Effort value() default Effort.SELF;
    }

    /** Marks a check that judges by time or by chance. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Judged {
        /** Time or chance. */
        ClauseKinds.Kind by();
    }

    /**
     * Distinguishes a class from others with checks of the same names, mostly inherited ones. Its word is added to the end of
     * the names.
     */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Variant {
        /** One word, such as {@code version-1}. */
        String value();
    }
}
