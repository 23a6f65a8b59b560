package io.lovage.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.lovage.benchmarks.growth.GrowthLane;
import io.lovage.benchmarks.lane.Lane;
import io.lovage.benchmarks.latency.LatencyLane;

@AnalyzeClasses(packages = "io.lovage.benchmarks", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule theBareClientKnowsNothingOfLovage = classes()
            .that()
            .resideInAPackage("..bare..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "com.rabbitmq.client..",
                    "io.lettuce..",
                    "org.apache.kafka..",
                    "tools.jackson..",
                    "..benchmarks.bare..",
                    "..benchmarks.workload..");

    @ArchTest
    static final ArchRule onlyTheWorkAndItsJmhFormSeeWhatIsInternal = noClasses()
            .that()
            .resideOutsideOfPackages("..benchmarks.work", "..benchmarks.suite..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lovage.internal..");

    @ArchTest
    static final ArchRule onlyWhatIsStartedPrints = noClasses()
            .that()
            .doNotBelongToAnyOf(
                    HeapCheck.class,
                    GrowthCheck.class,
                    StartCheck.class,
                    Lane.class,
                    LatencyLane.class,
                    GrowthLane.class)
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule nobodyAsksTheClockOrSleeps = noClasses()
            .that()
            .resideOutsideOfPackage("..jmh_generated..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.lovage.benchmarks.(*)..").should().beFreeOfCycles();
}
