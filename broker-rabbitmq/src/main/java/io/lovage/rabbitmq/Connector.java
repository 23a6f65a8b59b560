package io.lovage.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections, each attempt within the connect timeout. Thread-safe.
 *
 * <p>The client's automatic recovery is off. It keeps channels alive across connections, so that nobody learns that the
 * deliveries and the unconfirmed messages of the old connection are gone; both must be told here (rules R4.4 and R1.3).
 * {@link Link} connects again instead.
 */
final class Connector {
    /** Bodies are bounded by the server; a lower bound here would end the connection of whoever meets such a body. */
    private static final int LARGEST_INBOUND_BODY = 512 << 20;

    private final Endpoint endpoint;
    private final RabbitOptions options;
    private final BrokerConfig config;
    private final ExecutorService dispatch;
    private final @Nullable SSLContext tls;

    Connector(Endpoint endpoint, RabbitOptions options, BrokerConfig config, ExecutorService dispatch) {
        this.endpoint = endpoint;
        this.options = options;
        this.config = config;
        this.dispatch = dispatch;
        this.tls = options.tls().encrypted() ? options.tls().context() : null;
    }

    Duration timeout() {
        return config.connectTimeout();
    }

    /**
     * Connects.
     *
     * @param role what the connection is for; operators see it behind the client's name
     * @throws BrokerException saying why it cannot
     */
    Wire open(String role) throws InterruptedException {
        CompletableFuture<Wire> attempt = new CompletableFuture<>();
        long begun = config.time().nanoTime();
        config.threads()
                .named("rabbitmq-connect")
                .newThread(() -> attempt(attempt, role))
                .start();
        try {
            return attempt.get(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Duration taken = Duration.ofNanos(config.time().nanoTime() - begun);
            throw Refusals.connecting(endpoint, e.getCause() == null ? e : e.getCause(), taken);
        } catch (TimeoutException e) {
            attempt.completeExceptionally(e);
            throw new BrokerUnavailableException(
                    "cannot reach RabbitMQ at " + endpoint + ": " + Refusals.noAnswer(config.connectTimeout()), e);
        } finally {
            attempt.cancel(false);
        }
    }

    /** What is made too late for whoever waited is closed again. */
    private void attempt(CompletableFuture<Wire> attempt, String role) {
        AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
        try {
            Connection connection = factory(socket)
                    .newConnection(dispatch, endpoint.addresses(), config.clientName() + " (" + role + ")");
            Socket used = socket.get();
            if (used == null) {
                throw new IllegalStateException("the client connected without a socket");
            }
            Wire wire = new Wire(connection, used);
            if (!attempt.complete(wire)) {
                wire.close();
            }
        } catch (IOException | TimeoutException | RuntimeException e) {
            attempt.completeExceptionally(e);
        }
    }

    private ConnectionFactory factory(AtomicReference<@Nullable Socket> socket) {
        ConnectionFactory factory = new TolerantFrames();
        factory.setUsername(endpoint.user());
        factory.setPassword(endpoint.password());
        factory.setVirtualHost(endpoint.virtualHost());
        factory.setSaslConfig(DefaultSaslConfig.PLAIN);
        int timeoutMillis =
                (int) Math.min(Integer.MAX_VALUE, config.connectTimeout().toMillis());
        factory.setConnectionTimeout(timeoutMillis);
        factory.setHandshakeTimeout(timeoutMillis);
        factory.setChannelRpcTimeout(timeoutMillis);
        factory.setRequestedHeartbeat(options.heartbeatSeconds());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setMaxInboundMessageBodySize(LARGEST_INBOUND_BODY);
        factory.setThreadFactory(config.threads().named("rabbitmq-io"));
        factory.setSocketConfigurator(made -> {
            made.setTcpNoDelay(true);
            socket.set(made);
        });
        if (tls != null) {
            factory.useSslProtocol(tls);
            if (options.tls().verifyHost()) {
                factory.enableHostnameVerification();
            }
        }
        return factory;
    }
}
