package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import io.lovage.rabbitmq.RabbitConsumer.Surroundings;
import io.lovage.rabbitmq.RabbitDelivery.Arrived;
import io.lovage.rabbitmq.Wish.Wanted;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The thread of a consumer. It opens the channel, opens it again when it was lost, subscribes and cancels as wished, and
 * writes settlements that nobody else has written in time. Everybody else only leaves word and wakes it. Deliveries come
 * on a thread of the client library, one at a time, and wait in the buffer, which the server's prefetch bounds.
 */
final class Keeper implements Subscription.Events {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);
    private static final Duration CONNECTION_LOOK = Duration.ofMillis(100);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Surroundings around;
    private final ConsumeSpec spec;
    private final Rebasing rebasing;
    private final DeliveryBuffer buffer;
    private final Wish wish;
    private final Subscriptions subscriptions;
    private final Thread thread;
    private final @Nullable LongHolds longHolds;
    /** Somebody left word since the thread last looked. */
    private volatile boolean stirred;

    private Runnable whenClosed = () -> {};
    /* of the thread alone */
    private @Nullable Generation generation;
    private volatile @Nullable BrokerException lastFailure;

    Keeper(ConsumeSpec spec, Settling settling, Surroundings around, DeliveryBuffer buffer) {
        this.spec = spec;
        this.around = around;
        this.buffer = buffer;
        this.wish = new Wish(buffer);
        this.rebasing = new Rebasing(settling, this::handOver);
        this.subscriptions = new Subscriptions(queueName(), spec.prefetch(), this);
        this.thread = around.threads().named("rabbitmq-consumer").newThread(this::keep);
        this.longHolds = spec.renew() ? new LongHolds(settling, around, this::wake) : null;
    }

    private void wake() {
        stirred = true;
        LockSupport.unpark(thread);
    }

    /**
     * Begins.
     *
     * @param toldAtTheEnd runs when everything is closed
     */
    void start(Runnable toldAtTheEnd) {
        whenClosed = toldAtTheEnd;
        thread.start();
    }

    void want(Wanted next) {
        wish.become(next);
        wake();
    }

    /** Done when messages can come, or with what stands in the way. */
    CompletableFuture<Void> opened() {
        return opened;
    }

    CompletableFuture<Void> drained() {
        return drained;
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Why the channel could not be opened, when it was last tried. */
    @Nullable
    BrokerException lastFailure() {
        return lastFailure;
    }

    private void keep() {
        try {
            while (wish.now() != Wanted.CLOSED) {
                stirred = false;
                Generation current = generation;
                if (current == null || current.isLost()) {
                    letOriginalsGo();
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
        } else if (!current.isLost() && !stirred) {
            LockSupport.park(this);
        }
    }

    private void bringAbout(Generation current) {
        try {
            handOverLongHeld(current);
            Wanted now = wish.now();
            if (now == Wanted.TAKING) {
                subscriptions.extend(current, longHolds == null ? 0 : longHolds.count());
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

    private void handOverLongHeld(Generation current) throws IOException {
        LongHolds held = longHolds;
        if (held == null) {
            return;
        }
        held.look(current, buffer, rebasing);
        if (held.originalsMayGo()) {
            endSubscriptions(current);
            held.letOriginalsGo();
        } else if (held.count() == 0 && subscriptions.areTooMany(current)) {
            endSubscriptions(current);
        }
    }

    private void letOriginalsGo() {
        if (longHolds != null) {
            longHolds.letOriginalsGo();
        }
    }

    private void reopen() {
        subscriptions.forget();
        if (wish.now() == Wanted.DRAINED) {
            drained.complete(null);
            if (!stirred) {
                LockSupport.park(this);
            }
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
            Generation next = new Generation(channel, spec.prefetch(), around.time(), this::wake);
            channel.addShutdownListener(cause -> lose(next, cause));
            channel.queueDeclarePassive(queueName());
            Subscription.expectLate(next, this);
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
        wish.fail();
    }

    /** After this nothing comes any more, and nothing waits in the buffer. */
    private void unsubscribe(Generation current) throws IOException {
        if (!subscriptions.isEmpty()) {
            endSubscriptions(current);
        }
        if (wish.isForTheEnd()) {
            buffer.seal();
        }
        rebasing.giveBack(buffer.clear());
        awaitRebasing();
        current.flush();
    }

    private void endSubscriptions(Generation current) throws IOException {
        current.flush();
        for (long left = current.nanosUntilReturned(); left > 0; left = current.nanosUntilReturned()) {
            LockSupport.parkNanos(this, left);
        }
        subscriptions.end(current, CLOSE_LIMIT);
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

    @Override
    public void arrived(Generation from, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        rebasing.arrived(
                from, envelope.isRedeliver(), new Arrived(envelope.getDeliveryTag(), properties, Bytes.wrap(body)));
    }

    @Override
    public void arrivedLate(Generation from, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        log.debug("a late delivery of queue '{}' goes back", queueName());
        rebasing.arrivedLate(
                from, envelope.isRedeliver(), new Arrived(envelope.getDeliveryTag(), properties, Bytes.wrap(body)));
    }

    /** What comes after the buffer was cleared for good goes back at once. */
    private void handOver(RabbitDelivery delivery) {
        if (!buffer.add(delivery)) {
            log.debug("a late delivery of queue '{}' goes back", queueName());
            rebasing.giveBack(List.of(delivery));
        }
    }

    /** The next opening tells why. */
    @Override
    public void endedByServer(Generation target) {
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

    /**
     * The channel is gone: every lease over it is lost, and is told (rule R4.4). One that has only not answered in time
     * is still open at the server, which would keep for it what it holds for as long as the connection lives.
     */
    private void lose(Generation gone, @Nullable Exception cause) {
        if (gone.isLost()) {
            return;
        }
        List<RabbitDelivery> told = gone.lose();
        buffer.drop(gone);
        LossReport.write(queueName(), cause);
        around.callbacks().execute(() -> {
            gone.flush();
            told.forEach(RabbitDelivery::lost);
        });
        if (gone.channel().isOpen()) {
            around.callbacks().execute(() -> abort(gone.channel()));
        }
        wake();
    }

    private void giveBackHeld() {
        if (longHolds != null) {
            longHolds.letOriginalsGo();
            longHolds.close(CLOSE_LIMIT.dividedBy(2));
        }
    }

    private void shut() {
        Generation last = generation;
        if (last != null && !last.isLost()) {
            try {
                unsubscribe(last);
                giveBackHeld();
                last.channel().close();
            } catch (IOException | TimeoutException | RuntimeException e) {
                log.debug("the channel of queue '{}' was gone before it was closed", queueName(), e);
            }
            lose(last, null);
        }
        giveBackHeld();
        drained.complete(null);
        closed.complete(null);
        whenClosed.run();
    }
}
