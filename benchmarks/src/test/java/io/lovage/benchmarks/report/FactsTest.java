package io.lovage.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("what is said of a broker is what its document says")
class FactsTest {
    @Test
    void ofRabbit() throws Exception {
        standInTheDocumentOf(Broker.RABBITMQ);
    }

    @Test
    void ofRedis() throws Exception {
        standInTheDocumentOf(Broker.REDIS);
    }

    @Test
    void ofKafka() throws Exception {
        standInTheDocumentOf(Broker.KAFKA);
    }

    private static void standInTheDocumentOf(Broker broker) throws IOException {
        Path file = Path.of("..", "docs", "brokers", broker.label() + ".md");
        String document = Files.readString(file).replaceAll("\\s+", " ");
        List<String> quotes = Facts.declared().all().stream()
                .flatMap(fact -> fact.quote(broker).stream())
                .toList();
        assertThat(quotes)
                .as("quotes from %s", file)
                .isNotEmpty()
                .allSatisfy(quote -> assertThat(document).contains(quote));
    }
}
