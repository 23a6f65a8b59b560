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
    private static final String NOT_YET = "RabbitMQ has not answered";
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
    /** Why it is not open, as far as that is known. */
    private volatile String lastReason = NOT_YET;

    ReplyReader(String address, Link link, Consumer<StoredResult> arrived, BackendConfig config) {
        this.address = address;
        this.link = link;
        this.arrived = arrived;
        this.openLimit = config.connectTimeout();
        this.keeper = config.threads().named("rabbitmq-replies").newThread(this::keep);
    }

    void start() {
        keeper.start();
    }

    /**
     * Returns when results can come.
     *
     * @throws BrokerException saying why they cannot
     */
    void awaitOpened() {
        try {
            opened.get(openLimit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BrokerException known
                    ? known
                    : new BrokerUnavailableException("no reply queue for results: " + Refusals.rootMessage(e), e);
        } catch (TimeoutException e) {
            throw new BrokerUnavailableException(
                    "no reply queue for results within " + openLimit.toMillis() + " ms: " + lastReason, e);
        } catch (InterruptedException e) {
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

    private void reopen() {
        try {
            channel = open(link.await(CONNECTION_LOOK));
            opened.complete(null);
            lastReason = NOT_YET;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            opened.completeExceptionally(e);
            closed = true;
        } catch (IOException | RuntimeException e) {
            failed(Refusals.doing("open the reply queue", e));
        }
    }

    private Channel open(Wire wire) throws IOException {
        Channel next = wire.connection().createChannel();
        if (next == null) {
            throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
        }
        try {
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
            return next;
        } catch (IOException | RuntimeException e) {
            next.abort();
            throw e;
        }
    }

    /**
     * What will not heal by itself ends the first opening (rule R10.4); later it is only told, since results that have
     * come are still there to be read.
     */
    private void failed(BrokerException reason) {
        if (!mayPass(reason) && !opened.isDone()) {
            opened.completeExceptionally(reason);
            closed = true;
            return;
        }
        String text = Refusals.text(reason);
        if (!mayPass(reason) && !text.equals(lastReason)) {
            log.warn("no results come at present, trying again: {}", text);
        }
        lastReason = text;
        LockSupport.parkNanos(this, RETRY_PAUSE.toNanos());
    }

    /** The server may hold the old connection's exclusive queue until it has missed that connection's heartbeats. */
    private static boolean mayPass(BrokerException reason) {
        return reason.retryable()
                || Refusals.close(reason)
                        .filter(close -> close.code() == AMQP.RESOURCE_LOCKED)
                        .isPresent();
    }

    @Override
    public void close() {
        closed = true;
        opened.completeExceptionally(new BrokerUnavailableException("the connection was closed meanwhile"));
        LockSupport.unpark(keeper);
        try {
            keeper.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
