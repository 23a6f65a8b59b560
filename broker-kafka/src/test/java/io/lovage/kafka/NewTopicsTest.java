package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The race between a topic's birth and its first messages. The servers tell of a topic before its leaders serve. A
 * producer has several batches under way: where a leader refused the first of them and took the second, it refused the
 * first again and again as out of order, and its publish failed with its timeout, half a minute later.
 */
@Timeout(240)
class NewTopicsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int ROUNDS = 10;
    private static final int CALLS = 8;

    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());
    private final String url = TestKafka.server().url() + "?partitions=8";

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("R1.1 R1.7 what is published in the moment in which somebody else declares the queue is confirmed")
    void publishesToAQueueInTheMomentOfItsBirth() {
        Broker declaring = fixture.connect(url);
        Broker publishing = fixture.connect(url, PATIENCE);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", TestKafka.server().operatorAddress()))) {
            for (int round = 0; round < ROUNDS; round++) {
                QueueSpec queue = fixture.queue(declaring, BrokerFixture.newName());
                Thread birth = fixture.threads().named("birth").newThread(() -> declaring.declare(queue));
                birth.start();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .ignoreExceptionsInstanceOf(UnknownTopicOrPartitionException.class)
                        .until(() -> isThere(admin, queue.name()));

                List<CompletionStage<Void>> confirms = new ArrayList<>();
                for (int call = 0; call < CALLS; call++) {
                    confirms.add(publishing.publish(List.of(OutboundMessage.to(queue.name(), message("m" + call)))));
                }

                confirms.forEach(BrokerFixture::get);
                Awaitility.await().atMost(PATIENCE).until(() -> !birth.isAlive());
                assertThat(declaring.admin().stats(queue).ready()).hasValue(CALLS);
            }
        }
    }

    private static boolean isThere(Admin admin, String topic) throws Exception {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().containsKey(topic);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception known ? known : e;
        }
    }
}
