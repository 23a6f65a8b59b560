package io.lovage.console;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.lovage.console", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule theCommandLineUsesTheApiAndNothingInternal =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.lovage.internal..");

    @ArchTest
    static final ArchRule theCommandLineKnowsNoBroker = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.lovage.rabbitmq..",
                    "com.rabbitmq..",
                    "io.lovage.redis..",
                    "io.lettuce..",
                    "io.lovage.kafka..",
                    "org.apache.kafka..");

    @ArchTest
    static final ArchRule onlyTheStopwatchAsksTheClock = noClasses()
            .that()
            .doNotHaveSimpleName("Stopwatch")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule theCommandsDoNotKnowHowTheDemoWorks = noClasses()
            .that()
            .resideInAPackage("io.lovage.console")
            .and()
            .doNotHaveSimpleName("LovageCommand")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lovage.console.demo..");

    @ArchTest
    static final ArchRule onlyThePitfallsStartServers = noClasses()
            .that()
            .resideOutsideOfPackage("io.lovage.console.pitfall..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lovage.testservers..");
}
