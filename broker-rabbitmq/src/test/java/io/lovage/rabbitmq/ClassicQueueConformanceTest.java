package io.lovage.rabbitmq;

import io.lovage.tck.BrokerConformanceKit;
import io.lovage.tck.BrokerHarness;
import org.junit.jupiter.api.DisplayName;

@DisplayName("RabbitMQ, classic queues")
class ClassicQueueConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return new RabbitHarness("classic");
    }
}
