package io.lovage.kafka;

import io.lovage.tck.BrokerConformanceKit;
import io.lovage.tck.BrokerHarness;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

@Tag("long")
@DisplayName("Kafka, batches alone")
class BatchConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return KafkaHarness.taking("batch");
    }
}
