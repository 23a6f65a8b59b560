package io.lovage;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.lovage.internal.time.SystemTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.NullMarked;

/** The walls of this module. */
@AnalyzeClasses(packages = "io.lovage", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule SPI_SEES_ONLY_THE_JDK = classes()
            .that()
            .resideInAPackage("io.lovage.spi")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.lovage.spi", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule NOTHING_PUBLIC_DEPENDS_ON_INTERNAL = noClasses()
            .that()
            .resideOutsideOfPackage("io.lovage.internal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lovage.internal..");

    @ArchTest
    static final ArchRule CORE_NEEDS_LITTLE = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.lovage..",
                    "java..",
                    "org.jspecify..",
                    "org.slf4j..",
                    "tools.jackson..",
                    "com.fasterxml.jackson.annotation..");

    @ArchTest
    static final ArchRule BROKERS_ARE_KNOWN_BY_THEIR_PROVIDER_ALONE = noClasses()
            .that()
            .resideOutsideOfPackage("io.lovage.internal.memory")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lovage.internal.memory");

    @ArchTest
    static final ArchRule NO_PACKAGE_CYCLES =
            slices().assignedFrom(onePerPackage()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_THING_IS =
            noClasses().should().haveNameMatching(".*(Utils?|Manager|Impl|Helper)");

    @ArchTest
    static final ArchRule PACKAGES_SAY_WHAT_IS_IN_THEM =
            noClasses().should().resideInAnyPackage("..common..", "..util..", "..manager..", "..impl..");

    @ArchTest
    static final ArchRule ONE_CLOCK =
            noClasses().that(not(equivalentTo(SystemTime.class))).should().accessTargetWhere(asksTheJvmForTheTime());

    @ArchTest
    static final ArchRule NO_THREADS_OF_UNKNOWN_ORIGIN =
            noClasses().should().dependOnClassesThat(equivalentTo(Executors.class));

    @ArchTest
    static final ArchRule NO_STANDARD_STREAMS = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses all) {
        classes().should(liveInANullMarkedPackage()).check(all);
    }

    private static SliceAssignment onePerPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                return SliceIdentifier.of(javaClass.getPackageName());
            }

            @Override
            public String getDescription() {
                return "one slice per package";
            }
        };
    }

    private static DescribedPredicate<JavaAccess<?>> asksTheJvmForTheTime() {
        Map<String, Set<String>> clocks = Map.of(
                Instant.class.getName(), Set.of("now"),
                Clock.class.getName(), Set.of("systemUTC", "systemDefaultZone", "system"),
                System.class.getName(), Set.of("nanoTime", "currentTimeMillis"),
                Thread.class.getName(), Set.of("sleep"));
        return DescribedPredicate.describe(
                "asks the JVM for the time or sleeps",
                access -> clocks.getOrDefault(access.getTargetOwner().getName(), Set.of())
                                .contains(access.getTarget().getName())
                        || (resideInAPackage("java.time").test(access.getTargetOwner())
                                && access.getTarget().getName().equals("now")));
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a @NullMarked package") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(
                            SimpleConditionEvent.violated(item, item.getName() + " has no @NullMarked package-info"));
                }
            }
        };
    }
}
