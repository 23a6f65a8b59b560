package io.lovage.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import io.lovage.rabbitmq.HeldCopy.Fate;
import io.lovage.rabbitmq.HoldingQueue.Taken;
import io.lovage.rabbitmq.HoldingRoom.Means;
import io.lovage.spi.Bytes;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Keeps the leases of the copies in the holding queue. Everything here runs on one thread, the owner.
 *
 * A round takes all that is in the queue, oldest first. A copy whose task still runs is published again, at the tail and
 * with a new lease, and the old one is acknowledged when the server has confirmed the new one; a copy whose task has
 * ended is only acknowledged; one whose lease was given up is sent to the task queue. What should have been there and was
 * not has lost its lease.
 *
 * Invariant: at every moment the server has each copy at least once: in the queue, where its lease ends by itself, or
 * taken over a channel, whose end shows it again. A crash between a confirm and the acknowledgement leaves a copy twice;
 * if this consumer lives, its next round finds both and keeps one, otherwise both go home: the declared duplicate. When
 * somebody deletes the queue, memory has them until a new queue is confirmed to, or, at the end, the task queue.
 *
 * While a round waits for its confirms (the server may be out of memory for longer than a lease) nothing of it can expire
 * as long as the channel lives; that is asked for again and again, and the leases are counted from the last answer.
 */
final class Rotation {
    private static final Logger log = LoggerFactory.getLogger(Rotation.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    /** A copy that is published again; one of which the server has none any more was not taken. */
    private record Renewal(@Nullable Taken taken, HeldCopy copy) {}

    /** A copy on its way to the task queue. */
    private record Homecoming(Taken taken, @Nullable HeldCopy copy, CompletionStage<Void> held) {}

    /** What was taken, by what is done with it. */
    private record Sorted(Set<String> seen, List<Renewal> due, List<Homecoming> homecomings) {}

    private final HoldingQueue queue;
    private final HeldCopies copies;
    private final Settling settling;
    private final Means means;
    private final Executor owner;
    private final TimeSource time;
    private List<Renewal> renewing = List.of();
    private @Nullable CompletionStage<Void> confirms;
    private long publishedAt;
    private int attempt;
    private long lastRound;
    private boolean again;
    private boolean attending;

    Rotation(HoldingQueue queue, HeldCopies copies, Settling settling, Means means, Executor owner) {
        this.queue = queue;
        this.copies = copies;
        this.settling = settling;
        this.means = means;
        this.owner = owner;
        this.time = settling.time();
    }

    /** Some of the lease has passed. */
    void tick() {
        if (!renewing.isEmpty()) {
            vouch();
        } else if (time.nanoTime() - lastRound >= queue.lease().toNanos() / 4) {
            round();
        }
    }

    /** Something was settled or given up. */
    void attend() {
        if (renewing.isEmpty()) {
            round();
        } else {
            again = true;
        }
    }

    private void round() {
        if (!queue.isDeclared()) {
            return;
        }
        again = false;
        lastRound = time.nanoTime();
        long begun = lastRound;
        try {
            Sorted sorted = sort(queue.takeAll());
            copies.missing(sorted.seen(), begun);
            for (Homecoming home : sorted.homecomings()) {
                home.held().whenComplete((held, failure) -> owner.execute(() -> arrived(home, failure)));
            }
            renewing = sorted.due();
            renew();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            broken(e);
        }
    }

    private Sorted sort(List<Taken> taken) {
        Sorted sorted = new Sorted(new HashSet<>(), new ArrayList<>(), new ArrayList<>());
        for (Taken one : taken) {
            String token = Amqp.holdingToken(one.response().getProps());
            HeldCopy copy = copies.of(token);
            Fate fate = copy == null ? Fate.SEND_HOME : copy.seen(sorted.seen().add(token));
            if (fate == Fate.ACKNOWLEDGE) {
                acknowledge(one, copy);
            } else if (fate == Fate.RENEW && copy != null) {
                sorted.due().add(new Renewal(one, copy));
            } else {
                sorted.homecomings().add(sendHome(one, copy));
            }
        }
        return sorted;
    }

    private void renew() {
        if (renewing.isEmpty()) {
            return;
        }
        if (!means.publishing().isUp()) {
            renewLater();
            return;
        }
        publishedAt = time.nanoTime();
        attempt++;
        int mine = attempt;
        CompletionStage<Void> held = means.publish(renewing.stream()
                .map(one -> settling.held(one.copy(), queue.name()))
                .toList());
        confirms = held;
        held.whenComplete((nothing, failure) -> owner.execute(() -> {
            if (attempt == mine) {
                renewed(failure);
            }
        }));
    }

    /** Unless something else has happened to them by then. */
    private void renewLater() {
        int mine = attempt;
        later(() -> {
            if (attempt == mine) {
                renew();
            }
        });
    }

    private void renewed(@Nullable Throwable failure) {
        attempt++;
        confirms = null;
        if (failure != null) {
            log.info("copies in holding queue '{}' could not be renewed: {}", queue.name(), failure.getMessage());
            if (failure.getCause() instanceof QueueNotFoundException) {
                broken(failure.getCause());
            } else {
                renewLater();
            }
            return;
        }
        List<Renewal> these = renewing;
        renewing = List.of();
        for (Renewal one : these) {
            one.copy().renewed(publishedAt);
            Taken old = one.taken();
            if (old != null) {
                acknowledge(old, null);
            }
        }
        // When a confirm took that long, the new copies may be old already, or gone: the next round sees which.
        if (again || time.nanoTime() - publishedAt >= queue.lease().toNanos() / 3) {
            round();
        }
    }

    private void vouch() {
        long before = time.nanoTime();
        Taken any = renewing.get(0).taken();
        if (any == null) {
            return;
        }
        try {
            any.ask(queue.name());
            renewing.forEach(one -> one.copy().vouchedFor(before));
        } catch (IOException | RuntimeException e) {
            broken(e);
        }
    }

    /** The channel is of no use any more, and maybe the queue. */
    void broken(Throwable cause) {
        attempt++;
        renewing = List.of();
        confirms = null;
        copies.hideAll();
        queue.reset();
        if (isGone(cause)) {
            gone();
        } else {
            log.debug("holding queue '{}' could not be looked into", queue.name(), cause);
            attendLater();
        }
    }

    private boolean isGone(Throwable cause) {
        return Refusals.doing("look into holding queue '" + queue.name() + "'", cause)
                instanceof QueueNotFoundException;
    }

    /** Somebody deleted the queue. Nobody else has what was in it, or its lease would be over: it is held again. */
    void gone() {
        log.warn("holding queue '{}' was deleted; it is made again, with what was held in it", queue.name());
        queue.forget();
        makeAgain();
    }

    private void makeAgain() {
        try {
            queue.declare();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | RuntimeException e) {
            log.warn("holding queue '{}' cannot be made again: {}", queue.name(), Refusals.rootMessage(e));
            queue.reset();
            if (copies.areNeeded()) {
                later(this::makeAgain);
            }
            return;
        }
        renewing = copies.gone().stream().map(copy -> new Renewal(null, copy)).toList();
        renew();
    }

    private void attendLater() {
        if (!attending && !copies.isEmpty()) {
            attending = true;
            later(() -> {
                attending = false;
                attend();
            });
        }
    }

    private void later(Runnable action) {
        time.after(RETRY, () -> owner.execute(action));
    }

    private void acknowledge(Taken one, @Nullable HeldCopy copy) {
        Settled outcome;
        try {
            one.acknowledge();
            outcome = Settled.SENT;
        } catch (AlreadyClosedException e) {
            // Nothing was written: the copy is shown again, and the next round finds it.
            copies.hideAll();
            attendLater();
            return;
        } catch (IOException e) {
            log.debug("the channel broke while a copy was acknowledged", e);
            copies.hideAll();
            outcome = Settled.UNKNOWN;
        }
        if (copy != null) {
            copies.tell(copy.acknowledged(outcome));
        }
    }

    private Homecoming sendHome(Taken one, @Nullable HeldCopy copy) {
        CompletionStage<Void> held = means.publishing().isUp()
                ? means.publish(List.of(copy == null ? stranger(one) : settling.home(copy.delivery())))
                : CompletableFuture.failedFuture(new IOException("not connected"));
        return new Homecoming(one, copy, held);
    }

    /** Somebody else put it here, or it comes very late: the task queue is the place for it. */
    private OutboundMessage stranger(Taken one) {
        log.warn("an unknown message in holding queue '{}' goes to the task queue", queue.name());
        return OutboundMessage.to(
                settling.queue().name(),
                Amqp.message(
                        one.response().getProps(), Bytes.wrap(one.response().getBody())));
    }

    private boolean arrived(Homecoming home, @Nullable Throwable failure) {
        if (failure == null) {
            if (home.copy() != null) {
                home.copy().isHome();
            }
            acknowledge(home.taken(), null);
            return true;
        }
        log.info(
                "a held message could not be given back, and goes home when its lease is over: {}",
                failure.getMessage());
        try {
            home.taken().putBack();
        } catch (IOException | RuntimeException e) {
            log.debug("the channel was gone before a copy was put back", e);
        }
        return false;
    }

    /** Gives back everything, and removes the queue when it is certain that nothing can be left in it. */
    void end(Duration limit) {
        long deadline = time.nanoTime() + limit.toNanos();
        CompletionStage<Void> underWay = confirms;
        if (underWay != null && awaited(underWay, deadline) == null) {
            again = false;
            renewed(null);
        }
        copies.giveUp();
        try {
            if (queue.isDeclared() && isCleared(deadline)) {
                queue.delete();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (isGone(e)) {
                queue.forget();
            } else {
                log.info(
                        "what is held in '{}' goes home when its lease is over: {}",
                        queue.name(),
                        Refusals.rootMessage(e));
            }
        }
        bringHome(queue.isDeclared() ? notMadeAgain() : copies.gone(), deadline);
        copies.vanish();
        queue.close();
    }

    /** Those that were in a deleted queue, and of which no confirm has come from the new one. */
    private List<HeldCopy> notMadeAgain() {
        return renewing.stream()
                .filter(one -> one.taken() == null)
                .map(Renewal::copy)
                .filter(HeldCopy::isHomebound)
                .toList();
    }

    /** What is in memory only. One that the server has all the same comes twice. */
    private void bringHome(List<HeldCopy> held, long deadline) {
        if (held.isEmpty()) {
            return;
        }
        Throwable failure = awaited(
                means.publish(held.stream()
                        .map(copy -> settling.home(copy.delivery()))
                        .toList()),
                deadline);
        if (failure == null) {
            log.warn("holding queue '{}' was deleted; what was held in it was given back from memory", queue.name());
            held.forEach(HeldCopy::isHome);
        } else {
            log.error(
                    "holding queue '{}' was deleted, and it is not certain that RabbitMQ has the {} messages that were"
                            + " held in it: {}",
                    queue.name(),
                    held.size(),
                    Refusals.rootMessage(failure));
        }
    }

    private boolean isCleared(long deadline) throws IOException, InterruptedException {
        boolean clear = renewing.isEmpty();
        for (Homecoming home : sort(queue.takeAll()).homecomings()) {
            clear &= arrived(home, awaited(home.held(), deadline));
        }
        return clear && copies.areAccountedFor() && queue.takeAll().isEmpty();
    }

    /** Null when it went well. */
    private @Nullable Throwable awaited(CompletionStage<Void> stage, long deadline) {
        try {
            stage.toCompletableFuture().get(Math.max(0, deadline - time.nanoTime()), TimeUnit.NANOSECONDS);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            return e;
        }
    }
}
