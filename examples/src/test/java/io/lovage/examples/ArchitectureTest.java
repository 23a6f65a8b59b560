package io.lovage.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.lovage.examples", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule examplesUseTheApiAndNothingInternal =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.lovage.internal..");

    @ArchTest
    static final ArchRule csvSeesTheJdkOnly = classes()
            .that()
            .resideInAPackage("..csv..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "..examples.csv..");

    @ArchTest
    static final ArchRule examplesPrintNothing =
            noClasses().that().resideOutsideOfPackage("..quickstart..").should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule examplesDoNotAskTheClockThemselves = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.lovage.examples.(*)..").should().beFreeOfCycles();
}
