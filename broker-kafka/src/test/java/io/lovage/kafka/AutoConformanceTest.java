package io.lovage.kafka;

import io.lovage.tck.BrokerConformanceKit;
import io.lovage.tck.BrokerHarness;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Kafka, batches and lanes")
class AutoConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return KafkaHarness.taking("auto");
    }
}
