package io.lovage.interop;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.lovage.interop")
class ArchitectureTest {
    /** What is shown here is what any user can do. */
    @ArchTest
    static final ArchRule usesTheApiAndNothingInternal =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.lovage.internal..");

    @ArchTest
    static final ArchRule waitsForSignalsOnly = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
