package io.lovage.kafka;

import io.lovage.tck.BrokerHarness;
import io.lovage.tck.ResultConformanceKit;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Kafka, results over rpc://")
class ReplyResultsConformanceTest extends ResultConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return KafkaHarness.replying();
    }
}
