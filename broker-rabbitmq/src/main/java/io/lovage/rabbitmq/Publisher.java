package io.lovage.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Return;
import io.lovage.rabbitmq.ConfirmWindow.Slot;
import io.lovage.rabbitmq.Publication.Failure;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Destination;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern LARGEST_MESSAGE = Pattern.compile("max size (\\d{1,18})");
    private static final Failure REFUSED =
            new Failure("RabbitMQ refused it (nack): the queue is full or has no leader", true, null);

    /** A channel in confirm mode, and what is unconfirmed on it. */
    private record Lane(Wire wire, Channel channel, ConfirmWindow window) {}

    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean watched = new AtomicBoolean();
    private final Link link;
    private final DelayLevels delays;
    private final TimeSource time;
    private final Executor callbacks;
    private final PublishLimits limits;
    /** Written under the lock. */
    private volatile @Nullable Lane lane;
    /** Since when a writer is inside the client library; 0 when none is. */
    private volatile long writingSince;

    private volatile @Nullable String blocked;
    private volatile boolean closed;

    /**
     * What bounds a publish.
     *
     * @param timeout until everything must be confirmed
     * @param window how many messages may be unconfirmed
     * @param largestMessageBytes what the server takes
     */
    record PublishLimits(Duration timeout, int window, long largestMessageBytes) {}

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
            Failure refused = check(message);
            if (refused != null) {
                return refused;
            }
            if (!message.delay().isZero() && message.to() instanceof Destination.Queue queue) {
                delayed.add(queue.name());
            }
        }
        return delayed.isEmpty() ? null : prepareDelays(delayed);
    }

    private @Nullable Failure check(OutboundMessage message) {
        int length = message.message().body().length();
        if (length > limits.largestMessageBytes()) {
            return new Failure(
                    "message " + Publication.id(message) + " has a body of " + length + " bytes, RabbitMQ takes "
                            + limits.largestMessageBytes() + " here (?largest_message= if the server takes more)",
                    false,
                    null);
        }
        if (message.delay().compareTo(DelayLevels.LONGEST) > 0) {
            return new Failure(
                    "message " + Publication.id(message) + " has a delay of " + message.delay() + ", the longest is "
                            + DelayLevels.LONGEST,
                    false,
                    null);
        }
        if (!message.delay().isZero() && message.to() instanceof Destination.Reply) {
            return new Failure("a reply cannot be delayed", false, null);
        }
        return null;
    }

    private @Nullable Failure prepareDelays(Set<String> queues) {
        try {
            for (String queue : queues) {
                delays.prepare(queue);
            }
            return null;
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
            Lane open = lane(publication);
            for (; index < publication.messages().size(); index++) {
                if (!open.window().awaitRoom(left(publication))) {
                    failRest(publication, index, late());
                    return;
                }
                if (!write(open, publication, index)) {
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

    /** False when the message was refused or its connection failed; it is then failed, or will be with its channel. */
    private boolean write(Lane open, Publication publication, int index) {
        OutboundMessage message = publication.messages().get(index);
        Route route = Route.of(message);
        open.window().put(publication, index);
        watch();
        writingSince = time.nanoTime() | 1;
        try {
            open.channel()
                    .basicPublish(
                            route.exchange(),
                            route.routingKey(),
                            route.mandatory(),
                            Amqp.properties(message),
                            message.message().body().toArray());
            open.window().written();
            return true;
        } catch (IllegalArgumentException e) {
            // A header that AMQP cannot carry, or too many of them: nothing was written.
            if (open.window().takeBack()) {
                String reason = "message " + Publication.id(message) + ": " + e.getMessage();
                finishIf(publication.failed(index, new Failure(reason, false, e)), publication);
            }
            return false;
        } catch (IOException | RuntimeException e) {
            open.window().written();
            abandon(open, e);
            return false;
        } finally {
            writingSince = 0;
        }
    }

    private Lane lane(Publication publication) throws IOException, InterruptedException {
        Lane open = lane;
        if (open != null && open.channel().isOpen()) {
            return open;
        }
        if (closed) {
            throw new BrokerUnavailableException("the connection to RabbitMQ was closed");
        }
        Wire wire = link.await(Duration.ofNanos(Math.max(0, left(publication))));
        Channel channel = wire.connection().createChannel();
        if (channel == null) {
            throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
        }
        Lane made = new Lane(wire, channel, new ConfirmWindow(limits.window(), time, this::finish));
        channel.addConfirmListener(confirms(made.window()));
        channel.addReturnListener(returned -> returned(made.window(), returned));
        channel.addShutdownListener(cause -> closed(made, cause));
        channel.confirmSelect();
        lane = made;
        return made;
    }

    /**
     * Rule R1.8. The cause tells whoever declared the queue that it is gone; a level's loss is mended at the next use.
     */
    private void returned(ConfirmWindow window, Return returned) {
        String key = returned.getRoutingKey();
        if (!returned.getExchange().isEmpty()) {
            delays.forget();
        }
        String reason = "no queue takes messages for '"
                + DelayLevels.queueOf(key).orElse(key) + "' (" + returned.getReplyText() + ")";
        window.returned(
                key,
                returned.getProperties().getCorrelationId(),
                new Failure(reason, false, new QueueNotFoundException(reason)));
    }

    private static ConfirmListener confirms(ConfirmWindow window) {
        return new ConfirmListener() {
            @Override
            public void handleAck(long sequence, boolean multiple) {
                window.answered(sequence, multiple, null);
            }

            @Override
            public void handleNack(long sequence, boolean multiple) {
                window.answered(sequence, multiple, REFUSED);
            }
        };
    }

    /** How much of the message was written is not known: the channel is of no use any more. */
    private void abandon(Lane open, Exception cause) {
        closed(open, cause);
        try {
            open.channel().abort();
        } catch (IOException e) {
            log.debug("the channel was closed already", e);
        }
    }

    /** The channel is gone: what was not confirmed on it may or may not have arrived. */
    private void closed(Lane gone, Exception cause) {
        BrokerException reason = Refusals.doing("publish", cause);
        if (reason instanceof QueueNotFoundException) {
            // Not a queue: publishing fails so only when an exchange of the delay levels was removed.
            delays.forget();
        }
        long largest = largestMessage(Refusals.text(reason));
        gone.window()
                .failAll(message -> new Failure(
                        Refusals.text(reason),
                        !(reason instanceof AccessRefusedException)
                                && message.message().body().length() <= largest,
                        cause));
    }

    private static long largestMessage(String reason) {
        Matcher matcher = LARGEST_MESSAGE.matcher(reason);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
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
        finishIf(publication.failedFrom(from, failure), publication);
    }

    private void finishIf(boolean last, Publication publication) {
        if (last) {
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
        Lane open = lane;
        if (open == null) {
            return;
        }
        long now = time.nanoTime();
        long since = writingSince;
        if (since != 0 && now - since >= limits.timeout().toNanos()) {
            log.warn("a write to RabbitMQ hangs; the connection is given up");
            callbacks.execute(open.wire()::kill);
        }
        open.window().failExpired(now, late());
        Slot oldest = open.window().oldest();
        if (oldest != null && watched.compareAndSet(false, true)) {
            long left = Math.max(1, oldest.publication.deadlineNanos() - time.nanoTime());
            time.after(Duration.ofNanos(left), this::expire);
        }
    }

    @Override
    public void close() {
        closed = true;
        Lane open = lane;
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
