package io.lovage.rabbitmq;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.Settled;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Where the deliveries of one consumer are held that run for longer than RabbitMQ lets them stay unacknowledged
 * (consumer_timeout, rule R4.2). Thread-safe.
 *
 * A hand-over is a rebase into the holding queue: a copy with the delivery's count is published there, and when it is
 * confirmed, the original is acknowledged. From then on the lease is the time to live of the copy, and the Rotation
 * renews it. A crash before the acknowledgement leaves both, a duplicate, never a loss.
 *
 * One thread, the owner, talks to the server; it exists only when something was ever handed over. The clock's thread
 * looks at the leases too, so that their loss is told also when the owner is stuck.
 */
final class HoldingRoom {
    private static final Logger log = LoggerFactory.getLogger(HoldingRoom.class);
    private static final int TICKS_PER_LEASE = 6;

    /**
     * What it works with.
     *
     * @param taking the connection that takes
     * @param publishing the connection of the publisher
     * @param publisher one that no user waits for
     * @param longestPublish after which nothing that was published can arrive any more
     * @param callbacks runs what may wait
     */
    record Means(Link taking, Link publishing, Publisher publisher, Duration longestPublish, Executor callbacks) {
        /** Does not wait for a server that does not read. */
        CompletionStage<Void> publish(List<OutboundMessage> messages) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            callbacks.execute(() -> {
                try {
                    publisher.publish(messages).whenComplete((held, failure) -> {
                        if (failure == null) {
                            done.complete(null);
                        } else {
                            done.completeExceptionally(failure);
                        }
                    });
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
            return done;
        }
    }

    /** The consumer whose deliveries are held here. */
    interface Host {
        /** Acknowledges the original of this copy, and tells {@link #letGone} what became of it. */
        void letGo(HeldCopy copy);

        /** Fewer deliveries are held than before. */
        void lessIsHeld();
    }

    private final AtomicBoolean ticking = new AtomicBoolean();
    private final Settling settling;
    private final Means means;
    private final TimeSource time;
    private final Host host;
    private final ThreadPoolExecutor owner;
    private final HoldingQueue queue;
    private final HeldCopies copies;
    private final Rotation rotation;
    private final Runnable attend;
    private final Runnable tick;
    private volatile boolean closed;
    private volatile boolean forbidden;

    HoldingRoom(Settling settling, Means means, Host host, Threads threads) {
        this.settling = settling;
        this.means = means;
        this.time = settling.time();
        this.host = host;
        this.owner = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads.named("rabbitmq-holding"),
                (late, pool) -> log.debug("not done after the end: {}", late));
        this.queue = new HoldingQueue(means.taking(), settling.queue());
        this.copies = new HeldCopies(means.callbacks(), host::lessIsHeld);
        this.rotation = new Rotation(queue, copies, settling, means, owner);
        this.attend = once(rotation::attend);
        this.tick = once(rotation::tick);
    }

    /** Has the owner do it; not again while it is still to be done. */
    private Runnable once(Runnable action) {
        AtomicBoolean asked = new AtomicBoolean();
        return () -> {
            if (asked.compareAndSet(false, true)) {
                owner.execute(() -> {
                    asked.set(false);
                    action.run();
                });
            }
        };
    }

    /** How many deliveries are held here. */
    int count() {
        return copies.count();
    }

    /** Hands these over, those of them that are still in hand. */
    void receive(List<RabbitDelivery> aged) {
        if (!forbidden && !closed && !aged.isEmpty()) {
            owner.execute(() -> take(aged));
        }
    }

    private void take(List<RabbitDelivery> aged) {
        if (closed || forbidden || !means.publishing().isUp()) {
            return;
        }
        String asked = queue.name();
        try {
            queue.declare();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | RuntimeException e) {
            refused(Refusals.doing("declare holding queue '" + asked + "'", e));
            return;
        }
        for (RabbitDelivery delivery : aged) {
            if (delivery.beginMove()) {
                begin(delivery);
            }
        }
        keepTicking();
    }

    private void refused(BrokerException reason) {
        if (reason instanceof AccessRefusedException) {
            forbidden = true;
            log.error(
                    "tasks of queue '{}' that run longer than consumer_timeout will run twice: they cannot be handed"
                            + " over, because this user may not make queues named '{}.holding.*': {}",
                    settling.queue().name(),
                    settling.queue().name(),
                    reason.getMessage());
        } else {
            log.warn(
                    "no holding queue for tasks of queue '{}' yet: {}",
                    settling.queue().name(),
                    reason.getMessage());
            rotation.broken(reason);
        }
    }

    private void begin(RabbitDelivery delivery) {
        try {
            copy(delivery);
        } catch (RuntimeException e) {
            log.warn(
                    "a task of queue '{}' cannot be handed over",
                    settling.queue().name(),
                    e);
            copies.tell(() -> delivery.endMove(null));
        }
    }

    private void copy(RabbitDelivery delivery) {
        String token = UUID.randomUUID().toString();
        HeldCopy copy = new HeldCopy(token, delivery, time, queue.lease());
        OutboundMessage message = settling.held(copy, queue.name());
        copies.add(copy);
        long before = time.nanoTime();
        means.publish(List.of(message)).whenComplete((held, failure) -> {
            if (failure != null) {
                failed(copy, failure);
            } else {
                confirmed(copy, before);
            }
        });
    }

    private void confirmed(HeldCopy copy, long publishedAt) {
        Runnable late = copy.dropIfLate(publishedAt);
        if (late != null) {
            log.warn(
                    "a task of queue '{}' could not be handed over yet: RabbitMQ took too long to confirm its copy",
                    settling.queue().name());
            copies.tell(late);
            // Before its lease is over: it would go to somebody else while the task runs here.
            attend.run();
        } else if (copy.takeOver(publishedAt)) {
            host.letGo(copy);
        }
    }

    private void failed(HeldCopy copy, Throwable failure) {
        log.warn(
                "a task of queue '{}' could not be handed over yet: {}",
                settling.queue().name(),
                failure.getMessage());
        if (failure.getCause() instanceof QueueNotFoundException) {
            owner.execute(rotation::gone);
        }
        copy.drop();
        copies.tell(() -> copy.delivery().endMove(null));
    }

    /** What became of the acknowledgement of the original. */
    void letGone(HeldCopy copy, Settled outcome) {
        if (outcome == Settled.LEASE_LOST) {
            // Not a frame of it was written: the original goes to somebody else, and the copy is one too many.
            copy.drop();
            copies.tell(() -> {
                copy.delivery().lost();
                copy.delivery().endMove(null);
            });
            return;
        }
        copy.keep(attend);
        copies.tell(() -> {
            if (!copy.delivery().endMove(copy)) {
                // Its lease was over before it could count: nobody else has seen it, so nobody else tells.
                copy.delivery().lost();
                copy.sendHome();
            }
        });
    }

    private void keepTicking() {
        if (!closed && ticking.compareAndSet(false, true)) {
            time.after(queue.lease().dividedBy(TICKS_PER_LEASE), this::tick);
        }
    }

    private void tick() {
        ticking.set(false);
        copies.expire(means.longestPublish());
        if (!copies.isEmpty()) {
            tick.run();
            keepTicking();
        }
    }

    /** Gives back everything that is held here, and leaves nothing on the server when all goes well. */
    void close(Duration limit) {
        closed = true;
        if (owner.isShutdown() || owner.getPoolSize() == 0) {
            owner.shutdown();
            return;
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        owner.execute(() -> {
            rotation.end(limit.dividedBy(2));
            ended.complete(null);
        });
        try {
            ended.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("what is held in '{}' goes home when its lease is over", queue.name(), e);
        }
        owner.shutdownNow();
    }
}
