package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.rabbitmq.RabbitDelivery.Arrived;
import io.lovage.rabbitmq.Refusals.Close;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Takes from one queue. Its own thread, the keeper, opens the channel, opens it again when it was lost, subscribes and
 * cancels as wanted, and writes settlements that nobody else has written in time. Everybody else only leaves word and
 * wakes it. Deliveries come on a thread of the client library, one at a time, and wait in the buffer, which the server's
 * prefetch bounds.
 */
final class RabbitConsumer implements Broker.Consumer {
    private static final Logger log = LoggerFactory.getLogger(RabbitConsumer.class);
    private static final Duration CONNECTION_LOOK = Duration.ofMillis(100);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** What the keeper is to bring about; it only goes forward from TAKING or PAUSED. */
    private enum Wanted {
        TAKING,
        PAUSED,
        DRAINED,
        CLOSED
    }

    /**
     * What a consumer works with.
     *
     * @param callbacks runs what users left to be run
     * @param openLimit how long the first subscription may take
     * @param whenClosed is told at the end
     */
    record Surroundings(
            Link link, TimeSource time, Executor callbacks, Duration openLimit, Consumer<RabbitConsumer> whenClosed) {}

    /** A running subscription; {@code ended} when nothing more comes of it. */
    private record Subscription(String tag, CompletableFuture<Void> ended) {}

    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Surroundings around;
    private final ConsumeSpec spec;
    private final Rebasing rebasing;
    private final DeliveryBuffer buffer = new DeliveryBuffer();
    private final Thread keeper;
    private final Object wish = new Object();
    /** Written with {@code wish} locked. */
    private volatile Wanted wanted = Wanted.TAKING;
    /* of the keeper alone, except for reading */
    private volatile @Nullable Generation generation;
    private @Nullable Subscription subscription;
    private volatile @Nullable BrokerException lastFailure;

    RabbitConsumer(ConsumeSpec spec, Settling settling, Surroundings around, ThreadFactory threads) {
        this.spec = spec;
        this.around = around;
        this.rebasing = new Rebasing(settling, this::handOver);
        this.keeper = threads.newThread(this::keep);
    }

    /** Returns when messages can come, or throws what stands in the way. */
    void start() {
        keeper.start();
        try {
            opened.get(around.openLimit().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BrokerException known
                    ? known
                    : new BrokerUnavailableException("cannot consume: " + Refusals.rootMessage(e), e);
        } catch (TimeoutException e) {
            close();
            BrokerException reason = lastFailure;
            throw new BrokerUnavailableException(
                    "cannot consume from queue '" + queueName() + "' within " + around.openLimit()
                            + (reason == null ? "" : ": " + reason.getMessage()),
                    e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while subscribing", e);
        }
    }

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
        return List.copyOf(buffer.take(max, wait.toNanos()));
    }

    @Override
    public void pause() {
        want(Wanted.PAUSED);
    }

    @Override
    public void resume() {
        want(Wanted.TAKING);
    }

    @Override
    public CompletionStage<Void> drain() {
        want(Wanted.DRAINED);
        return drained.copy();
    }

    @Override
    public void close() {
        want(Wanted.CLOSED);
        try {
            closed.get(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the consumer of queue '{}' did not close in good order", queueName(), e);
        }
    }

    private void want(Wanted next) {
        synchronized (wish) {
            if (next.compareTo(Wanted.DRAINED) >= 0) {
                buffer.end();
            }
            if (wanted.compareTo(Wanted.DRAINED) >= 0 && next.compareTo(wanted) < 0) {
                return;
            }
            wanted = next;
            buffer.open(next == Wanted.TAKING);
        }
        LockSupport.unpark(keeper);
    }

    private void keep() {
        try {
            while (wanted != Wanted.CLOSED) {
                Generation current = generation;
                if (current == null || current.isLost()) {
                    reopen();
                } else {
                    bringAbout(current);
                    rest(current);
                }
            }
        } finally {
            shut();
        }
    }

    /** Parks until somebody wakes it, or until settlements must be written. */
    private void rest(Generation current) {
        long due = current.nanosUntilDue();
        if (due == 0) {
            current.flush();
        } else if (due > 0) {
            LockSupport.parkNanos(this, due);
        } else if (!current.isLost() && isBroughtAbout()) {
            LockSupport.park(this);
        }
    }

    private boolean isBroughtAbout() {
        Wanted now = wanted;
        return switch (now) {
            case TAKING -> subscription != null;
            case PAUSED -> subscription == null;
            case DRAINED -> drained.isDone();
            case CLOSED -> false;
        };
    }

    private void bringAbout(Generation current) {
        try {
            Wanted now = wanted;
            if (now == Wanted.TAKING && subscription == null) {
                subscribe(current);
            } else if (now == Wanted.PAUSED || now == Wanted.DRAINED) {
                unsubscribe(current);
                if (now == Wanted.DRAINED) {
                    drained.complete(null);
                }
            }
        } catch (IOException | RuntimeException e) {
            // The channel is gone, and its end has been or will be told by its listener.
            log.debug("the channel of queue '{}' went away", queueName(), e);
            lose(current, e);
        }
    }

    private void reopen() {
        subscription = null;
        if (wanted == Wanted.DRAINED) {
            drained.complete(null);
            LockSupport.park(this);
            return;
        }
        try {
            Wire wire = around.link().await(CONNECTION_LOOK);
            generation = open(wire);
            opened.complete(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new BrokerUnavailableException("the consumer's thread was interrupted", e));
        } catch (IOException | RuntimeException e) {
            BrokerException reason = Refusals.doing("consume from queue '" + queueName() + "'", e);
            lastFailure = reason;
            if (reason.retryable()) {
                LockSupport.parkNanos(this, RETRY_PAUSE.toNanos());
            } else {
                fail(reason);
            }
        }
    }

    private Generation open(Wire wire) throws IOException {
        Channel channel = wire.connection().createChannel();
        if (channel == null) {
            throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
        }
        try {
            Generation next = new Generation(channel, spec.prefetch(), around.time(), () -> LockSupport.unpark(keeper));
            channel.addShutdownListener(cause -> lose(next, cause));
            channel.queueDeclarePassive(queueName());
            channel.basicQos(spec.prefetch());
            return next;
        } catch (IOException | RuntimeException e) {
            channel.abort();
            throw e;
        }
    }

    /** What will not heal by itself is thrown by every poll from now on. */
    private void fail(BrokerException reason) {
        opened.completeExceptionally(reason);
        buffer.fail(reason);
        synchronized (wish) {
            wanted = Wanted.CLOSED;
        }
    }

    private void subscribe(Generation target) throws IOException {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        DefaultConsumer consumer = new DefaultConsumer(target.channel()) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                arrived(target, envelope, properties, body);
            }

            @Override
            public void handleCancelOk(String tag) {
                ended.complete(null);
            }

            /** The server ended it: the queue was deleted, or its leader is gone. The next opening tells. */
            @Override
            public void handleCancel(String tag) {
                ended.complete(null);
                giveUp(target);
            }

            @Override
            public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
                ended.complete(null);
            }
        };
        // A quorum queue may still deliver what was on its way when the subscription ended.
        target.channel().setDefaultConsumer(consumer);
        String tag = target.channel().basicConsume(queueName(), false, "", consumer);
        subscription = new Subscription(tag, ended);
    }

    /** After this nothing comes any more, and nothing waits in the buffer. */
    private void unsubscribe(Generation current) throws IOException {
        Subscription ending = subscription;
        if (ending != null) {
            subscription = null;
            current.flush();
            for (long left = current.nanosUntilReturned(); left > 0; left = current.nanosUntilReturned()) {
                LockSupport.parkNanos(this, left);
            }
            current.channel().basicCancel(ending.tag());
            awaitEnd(ending);
        }
        if (wanted.compareTo(Wanted.DRAINED) >= 0) {
            buffer.seal();
        }
        rebasing.giveBack(buffer.clear());
        awaitRebasing();
        current.flush();
    }

    private void awaitRebasing() {
        try {
            if (!rebasing.awaitQuiet(CLOSE_LIMIT)) {
                log.warn("queue '{}': copies of messages that were given back are still not confirmed", queueName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String queueName() {
        return spec.queue().name();
    }

    private void awaitEnd(Subscription ending) {
        try {
            ending.ended().get(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the subscription to queue '{}' does not end", queueName(), e);
        }
    }

    private void arrived(Generation from, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        rebasing.arrived(
                from, envelope.isRedeliver(), new Arrived(envelope.getDeliveryTag(), properties, Bytes.wrap(body)));
    }

    /** What comes after the buffer was cleared for good goes back at once. */
    private void handOver(RabbitDelivery delivery) {
        if (!buffer.add(delivery)) {
            log.debug("a late delivery of queue '{}' goes back", queueName());
            rebasing.giveBack(List.of(delivery));
        }
    }

    private void giveUp(Generation target) {
        log.warn("RabbitMQ ended the consumer of queue '{}'", queueName());
        around.callbacks().execute(() -> {
            abort(target.channel());
            lose(target, null);
        });
    }

    private static void abort(Channel channel) {
        try {
            channel.abort();
        } catch (IOException e) {
            log.debug("the channel was closed already", e);
        }
    }

    /** The channel is gone: every lease over it is lost, and is told (rule R4.4). */
    private void lose(Generation gone, @Nullable Exception cause) {
        if (gone.isLost()) {
            return;
        }
        List<RabbitDelivery> told = gone.lose();
        buffer.drop(gone);
        logLoss(cause);
        around.callbacks().execute(() -> {
            gone.flush();
            told.forEach(RabbitDelivery::lost);
        });
        LockSupport.unpark(keeper);
    }

    private void logLoss(@Nullable Exception cause) {
        if (cause == null || (cause instanceof ShutdownSignalException signal && signal.isInitiatedByApplication())) {
            return;
        }
        String queue = queueName();
        if (Refusals.close(cause).filter(Close::isConsumerTimeout).isPresent()) {
            log.warn(
                    "a delivery of queue '{}' was held for longer than the server's consumer_timeout; RabbitMQ gives"
                            + " everything this consumer held to others: {}",
                    queue,
                    cause.getMessage());
        } else {
            log.info("the consumer of queue '{}' lost its channel: {}", queue, cause.getMessage());
        }
    }

    private void shut() {
        Generation last = generation;
        if (last != null && !last.isLost()) {
            try {
                unsubscribe(last);
                last.channel().close();
            } catch (IOException | TimeoutException | RuntimeException e) {
                log.debug("the channel of queue '{}' was gone before it was closed", queueName(), e);
            }
            lose(last, null);
        }
        drained.complete(null);
        closed.complete(null);
        around.whenClosed().accept(this);
    }
}
