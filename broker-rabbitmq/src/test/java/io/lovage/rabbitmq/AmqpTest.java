package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import io.lovage.spi.LovageHeaders;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AmqpTest {
    /** Anybody may write the header; one more than the largest number was a negative one, far below every limit. */
    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE, Long.MAX_VALUE >> 1, 2_000_000_000})
    @DisplayName("R7.2 a count that is too large to be true stays over every limit")
    void aCountThatIsTooLargeToBeTrueStaysOverEveryLimit(long written) {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .headers(Map.of(LovageHeaders.DELIVERY_COUNT, written, "x-delivery-count", 5L))
                .build();

        int deliveries =
                Amqp.countInHeader(properties) + Amqp.countByServer(properties).orElse(0) + 1;

        assertThat(deliveries).isGreaterThan(1_000_000);
    }
}
