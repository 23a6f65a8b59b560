package io.lovage.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ResultBackendProvider;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;

/** The walls around a broker module. */
@AnalyzeClasses(packages = "io.lovage.kafka", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** Kafka's client makes an assignor by its name, and so cannot make one that is not public. */
    @ArchTest
    static final ArchRule ONLY_PROVIDERS_ARE_PUBLIC = classes()
            .that()
            .arePublic()
            .should()
            .beAssignableTo(BrokerProvider.class)
            .orShould()
            .beAssignableTo(ConsumerPartitionAssignor.class)
            .orShould()
            .beAssignableTo(ResultBackendProvider.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule SEES_THE_SPI_ALONE = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.lovage.kafka",
                    "io.lovage.envelope",
                    "io.lovage.spi",
                    "org.apache.kafka..",
                    "org.slf4j",
                    "org.jspecify.annotations",
                    "java..");

    @ArchTest
    static final ArchRule TIME_COMES_FROM_THE_CLOCK = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule NOTHING_IS_PRINTED =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");
}
