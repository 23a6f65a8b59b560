package io.lovage.redis;

import static io.lovage.redis.TestResults.PATIENCE;
import static io.lovage.redis.TestResults.get;
import static io.lovage.redis.TestResults.result;
import static io.lovage.redis.TestResults.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Fence;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testservers.RedisCluster;
import io.lovage.testservers.RedisSentinels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The same results, where several servers hold them. */
class ResultsOfManyServersTest {
    private static final Fence FIRST = new Fence(0, 1);

    private final TestResults results = new TestResults();

    @AfterEach
    void close() {
        results.close();
    }

    private static CompletableFuture<StoredResult> waiting(RedisResultBackend backend, TaskId id) {
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        backend.onFinal(id, told::complete);
        return told;
    }

    /** Whatever the moment, it is stored in the end; an answer may be lost, and is then asked for again. */
    private static void storeInTheEnd(RedisResultBackend backend, StoredResult state) {
        Awaitility.await("the state to be stored")
                .atMost(PATIENCE)
                .ignoreExceptionsMatching(e -> e instanceof BrokerException known && known.retryable())
                .until(() -> store(backend, state, FIRST).accepted());
    }

    @Test
    void aClusterKeepsThemInAllSlotsAndTellsOfThem() {
        TestRedis.server(); // skips where there is none
        try (RedisCluster cluster = RedisCluster.start()) {
            String url = "redis-cluster://" + String.join(",", cluster.addresses()) + "/?heartbeat=3s";
            RedisResultBackend client = results.connect(url);
            RedisResultBackend worker = results.connect(url);
            Map<TaskId, CompletableFuture<StoredResult>> told = new LinkedHashMap<>();
            for (int i = 0; i < 50; i++) {
                TaskId id = TaskId.random();
                told.put(id, waiting(client, id));
            }

            told.keySet().forEach(id -> {
                assertThat(store(worker, id, TaskState.STARTED, "begun", new Fence(0, 2))
                                .accepted())
                        .isTrue();
                assertThat(store(worker, id, TaskState.SUCCESS, "old", FIRST).accepted())
                        .isFalse();
                assertThat(store(worker, id, TaskState.SUCCESS, "done", new Fence(0, 2))
                                .accepted())
                        .isTrue();
            });

            told.forEach((id, answer) -> assertThat(get(answer)).isEqualTo(result(id, TaskState.SUCCESS, "done")));
            TaskId first = told.keySet().iterator().next();
            assertThat(get(client.forget(first))).isTrue();
            assertThat(get(client.find(first))).isEmpty();
        }
    }

    @Test
    void afterAFailoverEverybodyWhoWaitsIsTold() {
        TestRedis.server(); // skips where there is none
        try (RedisSentinels sentinels = RedisSentinels.start()) {
            String url = "redis-sentinel://" + String.join(",", sentinels.addresses()) + "/0?heartbeat=3s&master="
                    + sentinels.primaryName();
            RedisResultBackend client = results.connect(url);
            RedisResultBackend worker = results.connect(url);
            TaskId id = TaskId.random();
            CompletableFuture<StoredResult> told = waiting(client, id);
            storeInTheEnd(worker, result(id, TaskState.STARTED, "begun"));
            sentinels.awaitReadyToReplace(PATIENCE);

            sentinels.killPrimary();
            sentinels.awaitPrimary(PATIENCE);
            storeInTheEnd(worker, result(id, TaskState.SUCCESS, "done"));

            assertThat(get(told)).isEqualTo(result(id, TaskState.SUCCESS, "done"));
        }
    }
}
