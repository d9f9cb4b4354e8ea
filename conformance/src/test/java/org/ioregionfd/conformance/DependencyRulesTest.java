package org.ioregionfd.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.util.Random;
import java.util.Timer;
import java.util.UUID;
import java.util.regex.Pattern;

/** Which package may use which. Each package's {@code package-info} has the reasons. */
@AnalyzeClasses(packages = "org.ioregionfd", importOptions = DoNotIncludeTests.class)
class DependencyRulesTest {

    private static final String WIRE = "org.ioregionfd.wire..";
    private static final String ATTACH = "org.ioregionfd.attach..";
    private static final String TRACE = "org.ioregionfd.trace..";
    private static final String OUTPUT = "org.ioregionfd.output..";
    private static final String DEVICE = "org.ioregionfd.device..";
    private static final String KVM = "org.ioregionfd.kvm..";
    private static final String CONFORMANCE = "org.ioregionfd.conformance..";

    /**
     * The state machines: no sub-package but the device models. Interfaces do nothing, and exceptions are what their catcher
     * expects, so these may name what the machines may not use.
     */
    private static final String[] SANS_IO = {
        "org.ioregionfd.device", "org.ioregionfd.device.model..", "org.ioregionfd.kvm"
    };

    private static final DescribedPredicate<JavaClass> A_STATE_MACHINE = resideInAnyPackage(SANS_IO)
            .and(describe("not an interface", type -> !type.isInterface()))
            .and(describe("not thrown", type -> !type.isAssignableTo(Throwable.class)))
            .as("state machines");

    private static final Pattern CLOCKS = Pattern.compile(
            "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)|java\\.time\\..*\\.now|java\\.util\\.Date\\.<init>");

    private static final DescribedPredicate<JavaClass> NETTY_BEYOND_BUFFERS = resideInAPackage("io.netty..")
            .and(resideOutsideOfPackages("io.netty.buffer..", "io.netty.util..")
                    .or(resideInAPackage("io.netty.util.concurrent..")))
            .as("Netty classes beyond buffers");

    private static final DescribedPredicate<JavaAccess<?>> READING_A_CLOCK = describe(
            "the target reads a clock",
            access -> CLOCKS.matcher(access.getTarget().getOwner().getName() + "." + access.getName())
                    .matches());

    @ArchTest
    static final ArchRule wireUsesBuffersOnly = classes()
            .that()
            .resideInAPackage(WIRE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(WIRE, "java..", "io.netty.buffer..", "io.netty.util..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule attachUsesDescriptorsOnly = classes()
            .that()
            .resideInAPackage(ATTACH)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    ATTACH,
                    WIRE,
                    "java..",
                    "io.netty.channel",
                    "io.netty.channel.epoll",
                    "io.netty.channel.unix",
                    "io.netty.util.concurrent",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule attachRunsNoEventLoop = noClasses()
            .that()
            .resideInAPackage(ATTACH)
            .should()
            .dependOnClassesThat(belongToAnyOf(Channel.class, EventLoop.class, EventLoopGroup.class));

    @ArchTest
    static final ArchRule traceUsesBuffersOnly = classes()
            .that()
            .resideInAPackage(TRACE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(TRACE, OUTPUT, "java..", "io.netty.buffer..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule outputUsesNothing = classes()
            .that()
            .resideInAPackage(OUTPUT)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(OUTPUT, "java..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule stateMachinesDoNoIo = noClasses()
            .that(A_STATE_MACHINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.net..", "java.nio.channels..", "java.nio.file..")
            .orShould()
            .dependOnClassesThat(NETTY_BEYOND_BUFFERS);

    @ArchTest
    static final ArchRule stateMachinesStartNoThread = noClasses()
            .that(A_STATE_MACHINE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent..")
            .orShould()
            .dependOnClassesThat(belongToAnyOf(Thread.class, ThreadLocal.class, Timer.class, ProcessBuilder.class));

    @ArchTest
    static final ArchRule stateMachinesReadNoClock = noClasses()
            .that(A_STATE_MACHINE)
            .should()
            .dependOnClassesThat(belongToAnyOf(Clock.class))
            .orShould()
            .accessTargetWhere(READING_A_CLOCK);

    @ArchTest
    static final ArchRule stateMachinesDrawNoRandomNumber = noClasses()
            .that(A_STATE_MACHINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.random..", "java.security..")
            .orShould()
            .dependOnClassesThat(belongToAnyOf(Random.class, UUID.class))
            .orShould()
            .callMethod(Math.class, "random");

    @ArchTest
    static final ArchRule whatBothSidesShareKnowsNeither = noClasses()
            .that()
            .resideInAnyPackage(WIRE, ATTACH, TRACE, OUTPUT)
            .should()
            .dependOnClassesThat(resideInAnyPackage(DEVICE, KVM));

    @ArchTest
    static final ArchRule deviceDoesNotKnowKvm =
            noClasses().that().resideInAPackage(DEVICE).should().dependOnClassesThat(resideInAPackage(KVM));

    @ArchTest
    static final ArchRule kvmDoesNotKnowDevice =
            noClasses().that().resideInAPackage(KVM).should().dependOnClassesThat(resideInAPackage(DEVICE));

    @ArchTest
    static final ArchRule suiteSharesNothingWithWhatItJudges = noClasses()
            .that()
            .resideInAPackage(CONFORMANCE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(WIRE, ATTACH, TRACE, OUTPUT, DEVICE, KVM, "io.netty.."));

    @ArchTest
    static final ArchRule theRoomsOfTheSuiteAreInARow = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.ioregionfd.conformance.*..")
            .layer("rules")
            .definedBy("..conformance.rules..")
            .layer("peer")
            .definedBy("..conformance.peer..")
            .layer("run")
            .definedBy("..conformance.run..")
            .layer("checks")
            .definedBy("..conformance.checks..")
            .layer("report")
            .definedBy("..conformance.report..")
            .layer("interop")
            .definedBy("..conformance.interop..")
            .whereLayer("rules")
            .mayNotAccessAnyLayer()
            .whereLayer("peer")
            .mayOnlyAccessLayers("rules")
            .whereLayer("run")
            .mayOnlyAccessLayers("rules", "peer")
            .whereLayer("checks")
            .mayOnlyAccessLayers("rules", "peer", "run")
            .whereLayer("report")
            .mayOnlyAccessLayers("rules", "peer", "run")
            .whereLayer("interop")
            .mayOnlyAccessLayers("rules", "peer");

    @ArchTest
    static final ArchRule nothingDependsOnTheSuite = noClasses()
            .that()
            .resideOutsideOfPackage(CONFORMANCE)
            .should()
            .dependOnClassesThat(resideInAPackage(CONFORMANCE));
}
