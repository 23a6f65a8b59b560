package io.lovage.testservers;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.lovage.testservers", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** Tests of every module use the servers, and most of them without an engine for containers. */
    @ArchTest
    static final ArchRule needsTheJdkAndALoggerOnly = classes()
            .that()
            .doNotBelongToAnyOf(PrivateContainer.class, KafkaFiles.class)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.lovage.testservers", "java..", "org.slf4j", "org.jspecify.annotations");

    @ArchTest
    static final ArchRule sleepsInOnePlaceOnly =
            noClasses().that().doNotHaveSimpleName("Waiting").should().callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule printsNothing =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");
}
