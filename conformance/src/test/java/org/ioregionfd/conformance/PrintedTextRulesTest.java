// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Locale;
import java.util.Set;
import org.ioregionfd.conformance.cli.ConformanceMain;
import org.ioregionfd.output.StandardStreams;

/** What is printed and written depends on no locale and no charset of the machine. */
@AnalyzeClasses(packages = "org.ioregionfd", importOptions = DoNotIncludeTests.class)
class PrintedTextRulesTest {
    /** By their signatures; the same methods with a locale or a charset are right. */
    private static final Set<String> BY_THE_MACHINE = Set.of(
            "java.lang.String.toLowerCase()",
            "java.lang.String.toUpperCase()",
            "java.lang.String.getBytes()",
            "java.lang.String.<init>([B)",
            "java.lang.String.<init>([B, int, int)",
            "java.io.InputStreamReader.<init>(java.io.InputStream)",
            "java.io.OutputStreamWriter.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintWriter.<init>(java.io.OutputStream)",
            "java.io.PrintWriter.<init>(java.io.OutputStream, boolean)",
            "java.io.FileReader.<init>(java.lang.String)",
            "java.io.FileReader.<init>(java.io.File)",
            "java.io.FileWriter.<init>(java.lang.String)",
            "java.io.FileWriter.<init>(java.io.File)",
            "java.io.ByteArrayOutputStream.toString()",
            "java.nio.charset.Charset.defaultCharset()");

    /** These are right in programs, whose first step is to set the locale; a library has the locale of its user. */
    private static final Set<String> BY_THE_LOCALE = Set.of(
            "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
            "java.lang.String.formatted([Ljava.lang.Object;)",
            "java.io.PrintStream.printf(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintWriter.printf(java.lang.String, [Ljava.lang.Object;)");

    @ArchTest
    static final ArchRule nothingDependsOnTheCharsetOfTheMachine = noClasses()
            .that()
            .resideOutsideOfPackage("org.ioregionfd.spec..")
            .should()
            .accessTargetWhere(oneOf(BY_THE_MACHINE));

    @ArchTest
    static final ArchRule noLibraryDependsOnTheLocale = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.ioregionfd.wire..",
                    "org.ioregionfd.attach..",
                    "org.ioregionfd.trace..",
                    "org.ioregionfd.output..",
                    "org.ioregionfd.device..",
                    "org.ioregionfd.kvm..")
            .should()
            .accessTargetWhere(oneOf(BY_THE_LOCALE));

    @ArchTest
    static final ArchRule programsSetTheLocale = classes()
            .that()
            .haveFullyQualifiedName(ConformanceMain.class.getName())
            .or()
            .haveFullyQualifiedName(StandardStreams.class.getName())
            .should()
            .callMethod(Locale.class, "setDefault", Locale.class);

    @ArchTest
    static final ArchRule programsHaveTheStreams = classes()
            .that()
            .haveNameMatching("org\\.ioregionfd\\.(device|kvm)\\.cli\\.\\w+Main")
            .should()
            .callMethod(StandardStreams.class, "install");

    private static DescribedPredicate<JavaAccess<?>> oneOf(Set<String> signatures) {
        return describe(
                "the target depends on the machine",
                access -> signatures.contains(access.getTarget().getFullName()));
    }
}
