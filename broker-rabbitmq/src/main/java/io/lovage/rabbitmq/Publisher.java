package io.lovage.rabbitmq;

import io.lovage.rabbitmq.ConfirmWindow.Slot;
import io.lovage.rabbitmq.Publication.Failure;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Destination;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes with confirms (rules R1.1, R1.3, R1.8) on a channel of its own. Thread-safe.
 *
 * <p>One lock orders the writers, so that the messages of one call follow each other (rule R1.4). Confirms come on the
 * connection's thread, which takes no lock. One timer watches the oldest unconfirmed message; if a writer hangs in its
 * socket past the timeout, it is broken out by closing the socket.
 */
final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean watched = new AtomicBoolean();
    private final Link link;
    private final DelayLevels delays;
    private final TimeSource time;
    private final Executor callbacks;
    private final PublishLimits limits;
    /** Written under the lock. */
    private volatile @Nullable PublishLane lane;

    private volatile @Nullable String blocked;
    private volatile boolean closed;

    Publisher(Link link, DelayLevels delays, TimeSource time, Executor callbacks, PublishLimits limits) {
        this.link = link;
        this.delays = delays;
        this.time = time;
        this.callbacks = callbacks;
        this.limits = limits;
    }

    CompletionStage<Void> publish(List<OutboundMessage> messages) {
        if (messages.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Publication publication = new Publication(
                List.copyOf(messages), time.nanoTime() + limits.timeout().toNanos());
        Failure refused = check(publication);
        if (refused != null) {
            failRest(publication, 0, refused);
        } else {
            writeInTurn(publication);
        }
        return publication.done();
    }

    /** A publish of which nothing was tried. */
    static CompletionStage<Void> refused(List<OutboundMessage> messages, BrokerException why) {
        return CompletableFuture.failedFuture(new PublishException(
                Refusals.text(why), messages.stream().map(Publication::id).toList(), why.retryable(), why));
    }

    /** What can be known to fail before anything is written fails as a whole. */
    private @Nullable Failure check(Publication publication) {
        Set<String> delayed = new LinkedHashSet<>();
        for (OutboundMessage message : publication.messages()) {
            Failure refused = limits.refusal(message);
            if (refused != null) {
                return refused;
            }
            if (!message.delay().isZero() && message.to() instanceof Destination.Queue queue) {
                delayed.add(queue.name());
            }
        }
        return delayed.isEmpty() ? null : prepareDelays(delayed, publication);
    }

    private @Nullable Failure prepareDelays(Set<String> queues, Publication publication) {
        try {
            for (String queue : queues) {
                delays.prepare(queue, () -> left(publication));
            }
            return null;
        } catch (TimeoutException e) {
            return late();
        } catch (BrokerException e) {
            return new Failure(Refusals.text(e), e.retryable(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return interrupted(e);
        }
    }

    private static Failure interrupted(InterruptedException e) {
        return new Failure("interrupted while publishing", true, e);
    }

    private void writeInTurn(Publication publication) {
        boolean turn = false;
        try {
            turn = writing.tryLock(left(publication), TimeUnit.NANOSECONDS);
            if (turn) {
                write(publication);
            } else {
                failRest(publication, 0, late());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failRest(publication, 0, interrupted(e));
        } finally {
            if (turn) {
                writing.unlock();
            }
        }
    }

    private long left(Publication publication) {
        return publication.deadlineNanos() - time.nanoTime();
    }

    /** Writes one after the other; from the first that cannot be written on, none is. */
    private void write(Publication publication) {
        int index = 0;
        try {
            PublishLane open = lane(publication);
            for (; index < publication.messages().size(); index++) {
                if (!open.window().awaitRoom(left(publication))) {
                    failRest(publication, index, late());
                    return;
                }
                open.window().put(publication, index);
                watch();
                if (!open.write(publication, index)) {
                    index++;
                    failRest(publication, index, new Failure("an earlier message of the call failed", true, null));
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failRest(publication, index, interrupted(e));
        } catch (IOException | RuntimeException e) {
            BrokerException reason = Refusals.doing("publish", e);
            failRest(publication, index, new Failure(Refusals.text(reason), reason.retryable(), e));
        }
    }

    private PublishLane lane(Publication publication) throws IOException, InterruptedException {
        PublishLane open = lane;
        if (open != null && open.isOpen()) {
            return open;
        }
        if (closed) {
            throw new BrokerUnavailableException("the connection to RabbitMQ was closed");
        }
        Wire wire = link.await(Duration.ofNanos(Math.max(0, left(publication))));
        ConfirmWindow window = new ConfirmWindow(limits.window(), time, this::finish);
        PublishLane made = PublishLane.open(wire, window, delays, time);
        lane = made;
        return made;
    }

    /** The connection said that it publishes nothing until memory or disk is free again; empty: it goes on. */
    void blocked(@Nullable String reason) {
        boolean before = blocked != null;
        blocked = reason;
        if (reason != null) {
            log.warn("RabbitMQ blocks publishers: {}", reason);
        } else if (before) {
            log.info("RabbitMQ takes messages again");
        }
    }

    private Failure late() {
        String alarm = blocked;
        return new Failure(
                "RabbitMQ did not confirm within " + limits.timeout().toMillis() + " ms"
                        + (alarm == null ? "" : " because it blocks publishers: " + alarm),
                true,
                null);
    }

    private void failRest(Publication publication, int from, Failure failure) {
        if (publication.failedFrom(from, failure)) {
            publication.complete();
        }
    }

    /** Whatever depends on a publication runs on threads of its own: it may publish again and wait for it. */
    private void finish(List<Publication> publications) {
        callbacks.execute(() -> publications.forEach(Publication::complete));
    }

    /** One timer at most: set for the deadline of the oldest unconfirmed message. */
    private void watch() {
        if (!watched.get() && watched.compareAndSet(false, true)) {
            time.after(limits.timeout(), this::expire);
        }
    }

    private void expire() {
        watched.set(false);
        PublishLane open = lane;
        if (open == null) {
            return;
        }
        long now = time.nanoTime();
        OptionalLong hanging = open.nanosUntilHanging(now);
        if (hanging.isPresent() && hanging.getAsLong() == 0) {
            log.warn("a write to RabbitMQ hangs; the connection is given up");
            callbacks.execute(open.wire()::kill);
            hanging = OptionalLong.empty();
        }
        open.window().failExpired(now, late());
        watchAgain(open.window().oldest(), hanging);
    }

    /** A write may be all there is to watch: its own message has expired, and is in the window no more. */
    private void watchAgain(@Nullable Slot oldest, OptionalLong hanging) {
        if ((oldest != null || hanging.isPresent()) && watched.compareAndSet(false, true)) {
            long left = oldest == null ? Long.MAX_VALUE : oldest.publication.deadlineNanos() - time.nanoTime();
            time.after(Duration.ofNanos(Math.max(1, Math.min(left, hanging.orElse(left)))), this::expire);
        }
    }

    @Override
    public void close() {
        closed = true;
        PublishLane open = lane;
        if (open != null) {
            open.window()
                    .failAll(
                            message -> new Failure("the broker object was closed before the confirm came", true, null));
        }
    }

    /** Completes normally or throws; for what must be published before the next step. */
    void publishAndWait(List<OutboundMessage> messages) throws InterruptedException {
        try {
            publish(messages).toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PublishException known
                    ? known
                    : new BrokerUnavailableException("cannot publish: " + Refusals.rootMessage(e), e);
        }
    }
}
