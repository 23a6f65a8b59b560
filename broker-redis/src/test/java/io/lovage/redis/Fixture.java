package io.lovage.redis;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;

/** What a test against the real server uses; everything made here ends with the test. */
final class Fixture extends BrokerFixture {
    Fixture() {
        super(new RedisBrokerProvider());
    }

    Broker broker(String options) {
        return connect(TestRedis.url(options));
    }
}
