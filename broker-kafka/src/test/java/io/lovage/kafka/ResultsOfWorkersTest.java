package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.Worker;
import io.lovage.redis.RedisResultBackendProvider;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.TaskState;
import io.lovage.testservers.TestServers;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole worker on Kafka, with each of the result backends that a user may name beside it. */
@OnSharedServer
class ResultsOfWorkersTest {
    private static final Task<Integer, Integer> DOUBLE = Task.of("test.double", Integer.class, Integer.class);

    enum Results {
        OVER_RPC,
        IN_A_TOPIC,
        IN_REDIS;

        String url(String broker) {
            return switch (this) {
                case OVER_RPC -> new KafkaBrokerProvider().ownResultBackend(ServiceUrl.parse(broker));
                case IN_A_TOPIC -> broker;
                case IN_REDIS -> TestServers.redisUrl().orSkip(Assumptions::abort);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void reachWhoeverHasSentTheTask(Results where) throws Exception {
        String url = TestResults.server().url() + "?prefix=t" + UUID.randomUUID() + ".";
        try (Lovage lovage =
                        Lovage.builder().broker(url).results(where.url(url)).build();
                Worker worker = lovage.worker()
                        .queue(QueueSpec.of("results"), 1)
                        .concurrency(4)
                        .handle(DOUBLE, (number, context) -> {
                            if (number < 0) {
                                throw new IllegalArgumentException("negative");
                            }
                            return 2 * number;
                        })
                        .start()) {
            List<AsyncResult<Integer>> results = lovage.sendAll(IntStream.range(0, 100)
                    .mapToObj(number -> DOUBLE.with(number).queue("results"))
                    .toList());
            AsyncResult<Integer> failing = lovage.send(DOUBLE.with(-1).queue("results"));

            for (int number = 0; number < 100; number++) {
                assertThat(results.get(number).get(TestResults.PATIENCE)).isEqualTo(2 * number);
            }
            assertThatThrownBy(() -> failing.get(TestResults.PATIENCE))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("negative");
            assertThat(failing.state()).isEqualTo(TaskState.FAILURE);
            assertThat(worker.stats()).isNotNull();
        }
    }

    @Test
    void redisServesItsOwnUrlBesideKafka() {
        TestResults results = new TestResults();
        try {
            assertThat(new RedisResultBackendProvider().worksWith(results.broker()))
                    .isTrue();
        } finally {
            results.close();
        }
    }
}
