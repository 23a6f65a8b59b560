package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.redis.Endpoint.Node;
import io.lovage.redis.Endpoint.Topology;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static Endpoint of(String url) {
        return Endpoint.of(ServiceUrl.parse(url));
    }

    @Test
    void aBareUrlMeansTheUsualPortAndDatabaseZero() {
        Endpoint endpoint = of("redis://");

        assertThat(endpoint.nodes()).containsExactly(new Node("localhost", 6379));
        assertThat(endpoint.database()).isZero();
        assertThat(endpoint.encrypted()).isFalse();
    }

    @Test
    void userPasswordPortAndDatabaseAreRead() {
        Endpoint endpoint = of("rediss://worker:s%40crt@[::1]:7000/3");

        assertThat(endpoint.nodes()).containsExactly(new Node("::1", 7000));
        assertThat(endpoint.user()).contains("worker");
        assertThat(endpoint.password()).contains("s@crt");
        assertThat(endpoint.database()).isEqualTo(3);
        assertThat(endpoint.encrypted()).isTrue();
        assertThat(endpoint).hasToString("rediss://worker:***@[::1]:7000/3");
    }

    @Test
    void sentinelsAndClustersHaveSeveralHosts() {
        assertThat(of("redis-sentinel://a,b:1,c/2").nodes())
                .containsExactly(new Node("a", 26379), new Node("b", 1), new Node("c", 26379));
        Endpoint cluster = of("rediss-cluster://a,b");
        assertThat(cluster.topology()).isEqualTo(Topology.CLUSTER);
        assertThat(cluster.encrypted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://a,b",
                "redis://a:0",
                "redis://a:99999",
                "redis://a/one",
                "redis://a/-1",
                "redis-cluster://a/1",
                "redis-other://a"
            })
    void whatCannotWorkIsRefused(String url) {
        assertThatThrownBy(() -> of(url)).isInstanceOf(ConfigurationException.class);
    }
}
