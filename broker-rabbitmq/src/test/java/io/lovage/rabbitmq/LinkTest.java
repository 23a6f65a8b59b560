package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ServiceUrl;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that takes connections and says nothing. */
class LinkTest {
    private static final NamedThreads THREADS = new NamedThreads("test");

    private final SystemTime time = new SystemTime(THREADS);
    private final ExecutorService dispatch = Executors.newCachedThreadPool(THREADS.named("dispatch"));
    private ServerSocket silent;
    private Link link;

    @BeforeEach
    void listen() throws Exception {
        silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        ServiceUrl url = ServiceUrl.parse("amqp://127.0.0.1:" + silent.getLocalPort() + "/");
        BrokerConfig config =
                new BrokerConfig(url, "test", Duration.ofMinutes(5), Duration.ofMinutes(5), time, THREADS);
        link = new Link(new Connector(Endpoint.of(url), RabbitOptions.of(url), config, dispatch), THREADS, "test");
    }

    @AfterEach
    void end() throws Exception {
        link.close();
        silent.close();
        dispatch.shutdown();
        time.close();
    }

    private CompletableFuture<Wire> starting() {
        return CompletableFuture.supplyAsync(link::start, dispatch);
    }

    /** Closing had to wait until connecting had failed, since both held the same lock. */
    @Test
    void closingDoesNotWaitForAConnectionThatIsBeingMade() throws Exception {
        CompletableFuture<Wire> started = starting();
        try (Socket taken = silent.accept()) {
            link.close();

            assertThat(taken.isConnected()).isTrue();
            assertThat(started).isNotDone();
        }
        assertThatThrownBy(() -> started.get(1, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BrokerUnavailableException.class);
    }

    @Test
    void afterTheEndNothingIsConnected() {
        link.close();

        assertThatThrownBy(link::start)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whoWaitsForAnotherToConnectTriesHimselfWhenThatFailed() throws Exception {
        CompletableFuture<Wire> first = starting();
        Socket taken = silent.accept();
        CompletableFuture<Wire> second = starting();

        taken.close();

        silent.accept().close();
        assertThat(first.handle((wire, failure) -> failure).get(1, TimeUnit.MINUTES))
                .isNotNull();
        assertThat(second.handle((wire, failure) -> failure).get(1, TimeUnit.MINUTES))
                .isNotNull();
    }
}
