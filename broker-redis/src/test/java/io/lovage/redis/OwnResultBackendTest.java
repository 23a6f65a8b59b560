package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.ServiceUrl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnResultBackendTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://",
                "redis://localhost:6379/3",
                "redis://:p%40ss%2F%3A%2B%20w@localhost/0",
                "rediss://user%3A:@[::1]:7000/1?ca=/a%26b%20c.pem&heartbeat=3s",
                "redis-sentinel://u+x:y@a:1,b:2/0?master=my+master&sentinel_password=%25%3D",
                "redis-cluster://a,b?key_prefix=app:"
            })
    void isTheSamePlaceWithTheSameOptionsAndSecrets(String broker) {
        ServiceUrl url = ServiceUrl.parse(broker);

        assertThat(ServiceUrl.parse(new RedisBrokerProvider().ownResultBackend(url)))
                .isEqualTo(url);
    }
}
