package io.lovage.redis;

import static io.lovage.redis.TestResults.get;
import static io.lovage.redis.TestResults.result;
import static io.lovage.redis.TestResults.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.spi.Broker;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testservers.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** TLS for results, and users who may do what the documentation says and nothing more. */
class SecuredServerTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "brokers", "redis.md");
    private static final Fence FIRST = new Fence(0, 1);

    private final RedisServer server = TestRedis.server();
    private final Fixture fixture = new Fixture();
    private final TestResults results = new TestResults();
    private final TaskId id = TaskId.random();

    @AfterEach
    void close() throws Exception {
        results.close();
        fixture.close();
    }

    @Test
    @DisplayName("R12.2 results travel over TLS, and only to a server that is trusted")
    void resultsTravelOverTls() {
        String trusted = server.tlsUrl() + "?ca=" + server.certificates().authority();
        RedisResultBackend worker = results.connect(trusted);
        RedisResultBackend client = results.connect(trusted);
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        client.onFinal(id, told::complete);

        store(worker, id, TaskState.SUCCESS, "done", FIRST);

        assertThat(get(told)).isEqualTo(result(id, TaskState.SUCCESS, "done"));
        assertThat(get(client.find(id))).contains(result(id, TaskState.SUCCESS, "done"));
        assertThat(get(client.forget(id))).isTrue();
        assertThatThrownBy(() -> results.connect(server.tlsUrl()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("TLS");
    }

    /** The lines of the documentation, as an operator types them. */
    private List<String> documented() throws IOException {
        return Files.readString(DOCUMENT)
                .lines()
                .filter(line -> line.startsWith("ACL SETUSER "))
                .toList();
    }

    private String as(String line) {
        String[] words = line.split(" ", -1);
        String user = words[2];
        server.command("ACL", "DELUSER", user);
        server.command(words);
        String secret = line.replaceFirst(".* >(\\S+) .*", "$1");
        return server.url().replace("://", "://" + user + ":" + secret + "@");
    }

    @Test
    @DisplayName(
            "R10.4 a user with the documented permissions publishes, takes, settles and looks, also for killed workers")
    void aUserWithTheDocumentedPermissionsDoesEverythingWithQueues() throws IOException {
        Broker broker = fixture.connect(as(documented().get(0)));
        QueueSpec queue = fixture.declared(broker).withLease(Duration.ofSeconds(1));
        QueueSpec next = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);

        assertThat(broker.capabilities().crashBound()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        Fixture.publish(broker, Fixture.to(queue, "a"), Fixture.to(queue, "b").withPriority(9));
        Fixture.publish(broker, Fixture.to(queue, "c").delayedBy(Duration.ofMillis(100)));
        Delivery held = Fixture.one(consumer);
        fixture.time().after(Duration.ofSeconds(3), () -> held.settle(Settlement.release(Duration.ZERO)));
        Delivery renewed = Fixture.one(consumer);
        assertThat(renewed.deliveryCount())
                .as("kept for three leases, then released")
                .isEqualTo(2);
        assertThat(Fixture.settle(renewed, Settlement.ackAfter(List.of(Fixture.to(next, "d")))))
                .isEqualTo(Settled.APPLIED);
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.deadLetter("enough")))
                .isEqualTo(Settled.APPLIED);
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.ack())).isEqualTo(Settled.APPLIED);
        assertThat(broker.admin().stats(queue).dead()).hasValue(1);
        assertThat(broker.admin()
                        .resend(
                                queue,
                                broker.admin().deadLetters(queue, 1).get(0).id()))
                .isTrue();
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.ack())).isEqualTo(Settled.APPLIED);
        assertThat(broker.admin().purge(next)).isEqualTo(1);
    }

    @Test
    @DisplayName("R10.4 two users with the documented permissions run a task and wait for its result; rpc:// as well")
    void usersWithTheDocumentedPermissionsRunTasks() throws IOException, InterruptedException {
        Task<Integer, Integer> square = Task.of("secured.square", Integer.class, Integer.class);
        for (String resultUrl : List.of(as(documented().get(1)), "rpc://")) {
            QueueSpec queue = fixture.declared(fixture.broker(""));
            try (Lovage lovage = Lovage.builder()
                    .broker(as(documented().get(0)))
                    .results(resultUrl)
                    .build()) {
                lovage.worker()
                        .queue(queue, 1)
                        .concurrency(1)
                        .handle(square, (x, context) -> {
                            context.progress("half");
                            if (x < 0) {
                                throw new IllegalArgumentException("negative");
                            }
                            return x * x;
                        })
                        .start();
                AsyncResult<Integer> well = lovage.send(square.with(7).queue(queue.name()));
                AsyncResult<Integer> badly = lovage.send(square.with(-1).queue(queue.name()));

                assertThat(well.get(Fixture.PATIENCE)).isEqualTo(49);
                assertThatThrownBy(() -> badly.get(Fixture.PATIENCE)).isInstanceOf(TaskFailedException.class);
                assertThat(well.state()).isEqualTo(TaskState.SUCCESS);
                well.forget();
                badly.forget();
            }
        }
    }
}
