package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lovage.internal.time.NamedThreads;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RpcResultsTest extends ServerTest {
    private static final TaskId ID = TaskId.random();

    private ResultBackend backend(RabbitBroker over) {
        BackendConfig config = new BackendConfig(
                ServiceUrl.parse("rpc://"), "test", Duration.ofSeconds(20), time, new NamedThreads("test"));
        return new RpcResultBackendProvider().connect(config, over);
    }

    private static void store(ResultBackend worker, String replyTo, TaskState state) throws Exception {
        String document = "{\"task_id\": \"" + ID.value() + "\", \"status\": \"" + state.name() + "\"}";
        get(worker.transition(
                new TaskRef(ID, Optional.of(replyTo), ID.value()),
                new StoredResult(ID, state, Bytes.utf8(document)),
                new Fence(0, 1),
                Duration.ofMinutes(1)));
    }

    private static void awaitFound(ResultBackend client, TaskState state) {
        Awaitility.await(state.name())
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> get(client.find(ID)).map(StoredResult::state), found -> found.equals(Optional.of(state)));
    }

    /** The only way to hear of a state was to listen, which is told later, on another thread. */
    @Test
    void whatHasArrivedIsFoundWithoutListening() throws Exception {
        try (ResultBackend client = backend(broker);
                ResultBackend worker = backend(broker)) {
            String replyTo = client.replyAddress();
            assertThat(get(client.find(ID))).isEmpty();

            store(worker, replyTo, new TaskState("PROGRESS"));
            awaitFound(client, new TaskState("PROGRESS"));
            store(worker, replyTo, TaskState.SUCCESS);
            awaitFound(client, TaskState.SUCCESS);
        }
    }

    @Test
    void nobodyBeginsToWaitAfterTheEnd() {
        ResultBackend client = backend(broker);
        client.replyAddress();
        client.close();
        client.close();

        assertThatThrownBy(() -> client.onFinal(ID, result -> {})).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(() -> client.onChange(ID, result -> {})).isInstanceOf(BrokerUnavailableException.class);
        assertThatThrownBy(client::replyAddress).isInstanceOf(BrokerUnavailableException.class);
        assertThat(client.find(ID).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    @DisplayName("R10.4 a user who may not make a reply queue is told so")
    void aUserWhoMayNotMakeAReplyQueueIsToldSo() {
        server.control("add_user", "reader", "secret");
        server.control("set_permissions", "reader", "^$", ".*", ".*");
        String url = server.url().replace("guest:guest", "reader:secret");
        try (RabbitBroker limited = RabbitBroker.connect(config(url));
                ResultBackend client = backend(limited)) {
            Throwable refusal = catchThrowable(client::replyAddress);

            assertThat(refusal).isInstanceOf(AccessRefusedException.class).hasMessageContaining("reply queue");

            server.control("set_permissions", "reader", ".*", ".*", ".*");
            assertThat(client.replyAddress()).isNotBlank();
        } finally {
            server.control("delete_user", "reader");
        }
    }
}
