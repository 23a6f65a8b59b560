package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.testservers.RabbitServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Long tasks on a server that takes no messages for a while: alone, since it concerns the whole server. */
@Isolated
class MemoryAlarmTest {
    /** Nothing is confirmed, so nothing can be renewed: what was taken out of the holding queue stays taken. */
    @Test
    @DisplayName("R4.2 a long task outlives a server that is out of memory for longer than the lease")
    void aLongTaskOutlivesAMemoryAlarm() throws Exception {
        RabbitServer server = LongTaskServer.server();
        server.control("eval", "application:set_env(rabbit, consumer_timeout, 60000).");
        try (LongTaskFixture tasks = new LongTaskFixture()) {
            tasks.publish("m0", "m1");
            List<Delivery> held = tasks.hold(tasks.consumer(2), 2);
            tasks.awaitHandedOver(held);
            Broker.Consumer other = tasks.consumer(2);

            server.control("set_vm_memory_high_watermark", "absolute", "1");
            try {
                assertThat(other.poll(1, LongTaskFixture.LEASE.multipliedBy(2))).isEmpty();
            } finally {
                server.control("set_vm_memory_high_watermark", "absolute", "512MB");
            }

            assertThat(other.poll(1, LongTaskFixture.LEASE.plus(Duration.ofSeconds(1))))
                    .isEmpty();
            assertThat(tasks.lost).hasValue(0);
            held.forEach(LongTaskFixture::ack);
        } finally {
            server.control(
                    "eval",
                    "application:set_env(rabbit, consumer_timeout, " + LongTaskServer.CONSUMER_TIMEOUT.toMillis()
                            + ").");
        }
    }
}
