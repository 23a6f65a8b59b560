package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.StoredResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the reply queue: transient, exclusive and auto-delete, as RabbitMQ 4.3 demands of transient queues. After a
 * lost connection the queue is made again under the same name, so results of tasks that still run arrive; a result that
 * was sent in between is lost, and whoever waits for it runs into his timeout.
 */
final class ReplyReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplyReader.class);
    private static final Duration CONNECTION_LOOK = Duration.ofMillis(100);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    /** As Celery declares it: an abandoned queue goes away after a day. */
    private static final Map<String, Object> ARGUMENTS = Map.of("x-expires", 86_400_000);

    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final String address;
    private final Link link;
    private final Consumer<StoredResult> arrived;
    private final Duration openLimit;
    private final Thread keeper;
    private volatile @Nullable Channel channel;
    private volatile boolean closed;

    ReplyReader(String address, Link link, Consumer<StoredResult> arrived, BackendConfig config) {
        this.address = address;
        this.link = link;
        this.arrived = arrived;
        this.openLimit = config.connectTimeout();
        this.keeper = config.threads().named("rabbitmq-replies").newThread(this::keep);
    }

    /** Returns when results can come. */
    void start() {
        keeper.start();
        try {
            opened.get(openLimit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new BrokerUnavailableException("no reply queue for results: " + Refusals.rootMessage(e), e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while opening the reply queue", e);
        }
    }

    private void keep() {
        while (!closed) {
            Channel current = channel;
            if (current != null && current.isOpen()) {
                LockSupport.park(this);
            } else {
                reopen();
            }
        }
        Channel last = channel;
        if (last != null) {
            try {
                last.abort();
            } catch (IOException e) {
                log.debug("the reply channel was closed already", e);
            }
        }
    }

    /** The server may hold the old connection's exclusive queue until it has missed that connection's heartbeats. */
    private void reopen() {
        try {
            Channel next = link.await(CONNECTION_LOOK).connection().createChannel();
            if (next == null) {
                throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
            }
            next.addShutdownListener(cause -> LockSupport.unpark(keeper));
            next.queueDeclare(address, false, true, true, ARGUMENTS);
            next.basicConsume(address, true, new DefaultConsumer(next) {
                @Override
                public void handleDelivery(
                        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                    ResultMessage.read(properties.getCorrelationId(), body).ifPresent(arrived);
                }

                @Override
                public void handleCancel(String tag) throws IOException {
                    next.abort();
                }
            });
            channel = next;
            opened.complete(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            opened.completeExceptionally(e);
            closed = true;
        } catch (IOException | RuntimeException e) {
            BrokerException reason = Refusals.doing("open the reply queue", e);
            log.debug("{}", reason.getMessage());
            LockSupport.parkNanos(this, RETRY_PAUSE.toNanos());
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(keeper);
        try {
            keeper.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
