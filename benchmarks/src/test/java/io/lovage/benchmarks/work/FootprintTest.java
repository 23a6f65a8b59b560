package io.lovage.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.Availability;
import io.lovage.testservers.TestServers;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@DisplayName("On somebody else's server nothing is touched and nothing is left")
class FootprintTest {
    @TestFactory
    Stream<DynamicTest> aQueueThatIsThereIsRefusedAndWhatWasMadeIsRemoved() {
        return Stream.of(Contender.RABBITMQ_QUORUM, Contender.REDIS, Contender.KAFKA_BATCH)
                .map(contender -> DynamicTest.dynamicTest(contender.label(), () -> refusesAndRemoves(contender)));
    }

    private static void refusesAndRemoves(Contender contender) {
        String url = url(contender).orSkip(Assumptions::abort);
        Setup setup = new Setup(contender, contender.usual(), url, "benchmark.test." + UUID.randomUUID(), 100);
        QueueSpec queue = QueueSpec.of(setup.queue());
        Setup deadLetters = new Setup(contender, contender.usual(), url, queue.deadLetterQueue(), 100);
        assertThatCode(() -> Footprint.refuseExisting(setup)).doesNotThrowAnyException();

        try (SpiConnection somebody = new SpiConnection(setup.lovageUrl())) {
            somebody.broker().declare(queue);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> Footprint.refuseExisting(setup))
                .withMessageContaining("stays untouched");

        Footprint.remove(setup);
        assertThatCode(() -> Footprint.refuseExisting(setup)).doesNotThrowAnyException();
        assertThatCode(() -> Footprint.refuseExisting(deadLetters)).doesNotThrowAnyException();
    }

    private static Availability<String> url(Contender contender) {
        return switch (contender.broker()) {
            case MEMORY -> throw new IllegalArgumentException("memory is nobody else's");
            case RABBITMQ -> TestServers.rabbitUrl();
            case REDIS -> TestServers.redisUrl();
            case KAFKA -> TestServers.kafkaUrl();
        };
    }
}
