package io.lovage.redis;

import static io.lovage.redis.TestResults.PATIENCE;
import static io.lovage.redis.TestResults.get;
import static io.lovage.redis.TestResults.result;
import static io.lovage.redis.TestResults.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Fence;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testservers.RedisServer;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A server with much data lets clients connect long before it lets them read. What is asked once, at the beginning of a
 * connection, is refused then, and has to be asked again although the connection stays.
 */
class LoadingServerTest {
    private final TaskId id = TaskId.random();
    private final Fixture fixture = new Fixture();
    private final TestResults results = new TestResults();
    private LoadingServer loading;
    private RedisServer server;

    @BeforeEach
    void start() {
        TestRedis.server(); // skips where there is none
        loading = fixture.ends(new LoadingServer());
        server = loading.server();
    }

    @AfterEach
    void close() throws Exception {
        results.close();
        fixture.close();
    }

    @Test
    @DisplayName("R11.2, R11.8 who begins to wait while the server loads is told of a result that was there before")
    void whoWaitsWhileTheServerLoadsIsTold() {
        RedisResultBackend client = results.connect(server.url());
        client.replyAddress();
        store(client, id, TaskState.SUCCESS, "long ago", new Fence(0, 1));
        CompletableFuture<StoredResult> told = new CompletableFuture<>();

        CompletableFuture<Void> loaded = loading.killAndStartAgain();
        client.onFinal(id, told::complete);

        assertThat(get(told)).isEqualTo(result(id, TaskState.SUCCESS, "long ago"));
        get(loaded);
    }

    @Test
    @DisplayName("R4.3 a worker that comes back while the server loads writes its name into its queues all the same")
    void aWorkerThatComesBackWhileTheServerLoadsIsKnown() {
        Broker broker = fixture.connect(server.url());
        QueueSpec queue = fixture.declared(broker);
        fixture.consumer(broker, queue, 1);

        get(loading.killAndStartAgain());

        String run = server.info("run_id").orElseThrow();
        Awaitility.await("an owner of this run of the server")
                .atMost(PATIENCE)
                .until(() -> server.command("HVALS", "lovage:{" + queue.name() + "}:queue")
                        .contains(run + ":"));
    }
}
