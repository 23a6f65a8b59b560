package io.lovage.rabbitmq;

import io.lovage.rabbitmq.HoldingRoom.Means;
import io.lovage.rabbitmq.Wish.Wanted;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes from one queue: what its user sees of it. Its {@link Keeper} does the work. Thread-safe. */
final class RabbitConsumer implements Broker.Consumer {
    private static final Logger log = LoggerFactory.getLogger(RabbitConsumer.class);

    /**
     * What a consumer works with.
     *
     * @param threads makes the consumer's threads
     * @param callbacks runs what users left to be run
     * @param openLimit how long the first subscription may take
     * @param longTasks what is done with tasks that run for long
     * @param whenClosed is told at the end
     */
    record Surroundings(
            Link link,
            TimeSource time,
            Threads threads,
            Executor callbacks,
            Duration openLimit,
            LongTasks longTasks,
            Consumer<RabbitConsumer> whenClosed) {}

    /**
     * How long a delivery may be held by its channel, and with what it is held beyond that.
     *
     * @param consumerTimeout after which the server ends the channel
     */
    record LongTasks(Duration consumerTimeout, Means means) {}

    private final DeliveryBuffer buffer = new DeliveryBuffer();
    private final Surroundings around;
    private final String queue;
    private final Keeper keeper;

    RabbitConsumer(ConsumeSpec spec, Settling settling, Surroundings around) {
        this.around = around;
        this.queue = spec.queue().name();
        this.keeper = new Keeper(spec, settling, around, buffer);
    }

    /** Returns when messages can come, or throws what stands in the way. */
    void start() {
        keeper.start(() -> around.whenClosed().accept(this));
        try {
            keeper.opened().get(around.openLimit().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BrokerException known
                    ? known
                    : new BrokerUnavailableException("cannot consume: " + Refusals.rootMessage(e), e);
        } catch (TimeoutException e) {
            close();
            BrokerException reason = keeper.lastFailure();
            throw new BrokerUnavailableException(
                    "cannot consume from queue '" + queue + "' within " + around.openLimit()
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
        keeper.want(Wanted.PAUSED);
    }

    @Override
    public void resume() {
        keeper.want(Wanted.TAKING);
    }

    @Override
    public CompletionStage<Void> drain() {
        keeper.want(Wanted.DRAINED);
        return keeper.drained().copy();
    }

    @Override
    public void close() {
        keeper.want(Wanted.CLOSED);
        try {
            keeper.closed().get(Keeper.CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the consumer of queue '{}' did not close in good order", queue, e);
        }
    }
}
