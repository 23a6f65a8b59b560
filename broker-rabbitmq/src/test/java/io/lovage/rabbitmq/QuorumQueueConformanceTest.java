package io.lovage.rabbitmq;

import io.lovage.tck.BrokerConformanceKit;
import io.lovage.tck.BrokerHarness;
import org.junit.jupiter.api.DisplayName;

@DisplayName("RabbitMQ, quorum queues")
class QuorumQueueConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return new RabbitHarness("quorum");
    }
}
