package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Address;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static Endpoint endpoint(String url) {
        return Endpoint.of(ServiceUrl.parse(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp://h", "amqp://h/", "amqp://h//", "amqp://h/%2f", "amqp://h/%2F?queue_type=classic"})
    void fourFormsMeanTheVirtualHostSlash(String url) {
        assertThat(endpoint(url).virtualHost()).isEqualTo("/");
    }

    @ParameterizedTest
    @CsvSource({"amqp://h/jobs, jobs", "amqp://h/a%2Fb, a/b", "amqp://h//jobs, /jobs", "amqp://h/a+b, a+b"})
    void anyOtherPathIsTheNameOfTheVirtualHost(String url, String virtualHost) {
        assertThat(endpoint(url).virtualHost()).isEqualTo(virtualHost);
    }

    @Test
    void severalHostsAreSeparatedByCommas() {
        assertThat(endpoint("amqp://a,b:5673,[::1]:5674,[fe80::1]").addresses())
                .containsExactly(
                        new Address("a", 5672),
                        new Address("b", 5673),
                        new Address("::1", 5674),
                        new Address("fe80::1", 5672));
        assertThat(endpoint("amqps://a").addresses()).containsExactly(new Address("a", 5671));
        assertThat(endpoint("amqp://").addresses()).containsExactly(new Address("localhost", 5672));
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp://h:0", "amqp://h:70000", "amqp://h:x", "amqp://::1"})
    void whatIsNotAHostIsRefused(String url) {
        assertThatThrownBy(() -> endpoint(url)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void theDefaultUserIsGuest() {
        assertThat(endpoint("amqp://h").user()).isEqualTo("guest");
        assertThat(endpoint("amqp://h").password()).isEqualTo("guest");
    }

    @Test
    @DisplayName("R12.3: the text form holds no password")
    void theTextFormHoldsNoPassword() {
        assertThat(endpoint("amqp://me:hidden@h/").toString()).contains("me").doesNotContain("hidden");
    }
}
