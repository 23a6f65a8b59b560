package io.lovage.kafka;

import io.lovage.tck.BrokerHarness;
import io.lovage.tck.ResultConformanceKit;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Kafka, results in a topic")
class TopicResultsConformanceTest extends ResultConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return KafkaHarness.telling();
    }
}
