package io.lovage.redis;

import io.lovage.tck.BrokerConformanceKit;
import io.lovage.tck.BrokerHarness;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Redis, one server")
class StandaloneConformanceTest extends BrokerConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return new RedisHarness();
    }
}
