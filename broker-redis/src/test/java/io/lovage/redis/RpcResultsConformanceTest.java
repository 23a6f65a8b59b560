package io.lovage.redis;

import io.lovage.tck.BrokerHarness;
import io.lovage.tck.ResultConformanceKit;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Redis, one server, results over rpc://")
class RpcResultsConformanceTest extends ResultConformanceKit {
    @Override
    protected BrokerHarness newHarness() {
        return new RedisHarness("rpc");
    }
}
