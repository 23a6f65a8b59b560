package io.lovage.tck;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;

@AnalyzeClasses(packages = "io.lovage.tck", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule theKitSeesTheApiAndTheSpiAndNothingInternal =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.lovage.internal..");

    @ArchTest
    static final ArchRule theKitKnowsNoReport = noClasses()
            .that()
            .resideInAPackage("io.lovage.tck")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lovage.tck.report..");

    @ArchTest
    static final ArchRule whatAThirdPartyDependsOnIsJunitAndAssertionsOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.xml..",
                    "org.w3c.dom..",
                    "org.xml.sax..",
                    "org.jspecify..",
                    "org.slf4j..",
                    "org.junit.jupiter..",
                    "org.assertj..",
                    "org.awaitility..",
                    "io.lovage",
                    "io.lovage.spi",
                    "io.lovage.tck..");

    /**
     * VictimWorker reads its standard input: that is how it is led, and how it ends with who leads it. Overheard
     * listens to what others print.
     */
    @ArchTest
    static final ArchRule nothingIsPrinted = noClasses()
            .that()
            .areNotAssignableTo(VictimWorker.class)
            .and()
            .areNotAssignableTo(Overheard.class)
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule oneClassKnowsTheClock = noClasses()
            .that()
            .areNotAssignableTo(KitTime.class)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
