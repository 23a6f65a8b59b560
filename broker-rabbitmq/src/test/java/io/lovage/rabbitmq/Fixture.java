package io.lovage.rabbitmq;

import com.rabbitmq.client.Connection;
import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;

/** What a test against the real server uses; everything made here ends with the test. */
final class Fixture extends BrokerFixture {
    Fixture() {
        super(new RabbitBrokerProvider());
    }

    Broker broker(String options) {
        return connect(TestRabbit.url(options));
    }

    Connection bare() {
        return ends(TestRabbit.bare(TestRabbit.server().url()));
    }
}
