package io.lovage.internal.client;

import io.lovage.SendOptions;
import io.lovage.Signature;
import io.lovage.internal.wire.ArgumentBinder;
import io.lovage.internal.wire.BodyBytes;
import io.lovage.internal.wire.OutgoingTask;
import io.lovage.internal.worker.CurrentTask;
import io.lovage.internal.worker.WorkerEnvironment;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TaskId;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns signatures into messages and publishes them. What cannot work is refused before anything is sent. Thread-safe.
 */
final class Sender {
    private static final Duration NONE = Duration.ZERO;

    private final WorkerEnvironment environment;
    private final ArgumentBinder binder = new ArgumentBinder();
    private final Links links;
    private final Duration longestDelay;
    private final OptionalLong largestMessageBytes;
    private volatile @Nullable String replyTo;

    Sender(WorkerEnvironment environment) {
        this.environment = environment;
        this.links = new Links(environment, this::replyTo);
        this.longestDelay = environment.broker().capabilities().longestDelay();
        this.largestMessageBytes = environment.broker().capabilities().largestMessageBytes();
    }

    /** A message that may be published, and the id of its task. */
    record Ready(TaskId id, OutboundMessage message) {}

    /** Declares the queue if nobody has, and writes the message. */
    Ready prepare(Signature<?, ?> signature) {
        SendOptions options = signature.options();
        String queue = options.queue().orElseGet(environment::defaultQueue);
        QueueCapabilities capabilities = environment.queues().capabilities(queue);
        Instant now = environment.time().now();
        Optional<Instant> eta = options.start().map(start -> start.resolve(now));
        Duration delay = eta.map(due -> Duration.between(now, due))
                .filter(left -> !left.isNegative())
                .orElse(NONE);
        checkDelay(queue, capabilities, delay);
        checkPriority(queue, capabilities, options.priority());
        TaskId id = options.id().map(TaskId::new).orElseGet(TaskId::random);
        Message message = message(signature, id, eta, options.expiry().map(expiry -> expiry.resolve(now)));
        checkSize(id, message);
        return new Ready(id, OutboundMessage.to(queue, message).delayedBy(delay).withPriority(options.priority()));
    }

    private Message message(Signature<?, ?> signature, TaskId id, Optional<Instant> eta, Optional<Instant> expires) {
        SendOptions options = signature.options();
        Optional<CurrentTask> parent = CurrentTask.running();
        Message message = environment
                .encoder()
                .encode(new OutgoingTask(
                        id,
                        signature.task().name(),
                        binder.write(signature.argument()),
                        parent.map(CurrentTask::rootId),
                        parent.map(CurrentTask::id),
                        Optional.empty(),
                        OptionalInt.empty(),
                        0,
                        eta,
                        expires,
                        options.hardTimeLimit(),
                        options.softTimeLimit(),
                        options.ignoreResult(),
                        options.ignoreResult() ? Optional.empty() : replyTo(),
                        Optional.empty(),
                        options.headers(),
                        links.embed(options.followers())));
        Message whole = options.compressed() ? BodyBytes.compressed(message) : message;
        // The broker keeps it back, so no worker has to ask its own clock again.
        return eta.isEmpty() ? whole : whole.withHeader(LovageHeaders.HELD_UNTIL, whole.header("eta"));
    }

    /** Asked when it is needed first: a process that only works for others opens nothing to receive results at. */
    private Optional<String> replyTo() {
        String known = replyTo;
        if (known == null) {
            known = environment.results().replyAddress();
            replyTo = known;
        }
        return known.isEmpty() ? Optional.empty() : Optional.of(known);
    }

    private void checkDelay(String queue, QueueCapabilities capabilities, Duration delay) {
        if (delay.isZero()) {
            return;
        }
        if (!capabilities.has(QueueFeature.DELAY)) {
            throw new QueueMismatchException("queue '" + queue + "' (" + capabilities.kind()
                    + ") cannot keep messages back; send without a delay or use a queue that can");
        }
        if (delay.compareTo(longestDelay) > 0) {
            throw new IllegalArgumentException(
                    "a delay of " + UrlOptions.written(delay) + " is beyond the longest delay of broker '"
                            + environment.broker().capabilities().broker() + "', " + UrlOptions.written(longestDelay));
        }
    }

    private static void checkPriority(String queue, QueueCapabilities capabilities, int priority) {
        if (priority > 0 && !capabilities.has(QueueFeature.PRIORITY)) {
            throw new QueueMismatchException("queue '" + queue + "' (" + capabilities.kind()
                    + ") has no priorities; send with priority 0 or use a queue that has them");
        }
    }

    /** Rule R1.6, before the connection is troubled with it. */
    private void checkSize(TaskId id, Message message) {
        int size = message.body().length();
        if (largestMessageBytes.isPresent() && size > largestMessageBytes.getAsLong()) {
            throw new PublishException(
                    "a body of " + size + " bytes is over the limit of broker '"
                            + environment.broker().capabilities().broker() + "', " + largestMessageBytes.getAsLong()
                            + " bytes; send a reference to the data instead",
                    List.of(id.value()),
                    false,
                    null);
        }
    }

    /**
     * Completes when the broker holds them all. What a failure teaches is learned before anybody hears of it: who sends
     * again at once finds the queue forgotten.
     */
    CompletionStage<Void> publish(List<Ready> ready) {
        List<OutboundMessage> messages = new ArrayList<>(ready.size());
        for (Ready one : ready) {
            messages.add(one.message());
        }
        return environment.broker().publish(messages).exceptionallyCompose(error -> {
            Throwable cause = Stages.cause(error);
            if (queueIsGone(cause)) {
                forgetQueues(messages);
                return CompletableFuture.failedStage(declaredNextTime(cause));
            }
            return CompletableFuture.failedStage(cause);
        });
    }

    /** To the broker it is final; here the next publish declares the queue again, and so can succeed. */
    private static Throwable declaredNextTime(Throwable error) {
        return error instanceof PublishException failed && failed.getCause() instanceof QueueNotFoundException gone
                ? new PublishException(
                        gone.getMessage() + "; the next publish declares it again", failed.unconfirmed(), true, gone)
                : error;
    }

    /** The publish has failed and stays so (rule R1.8); the next one declares its queue again. */
    private void forgetQueues(List<OutboundMessage> messages) {
        for (OutboundMessage message : messages) {
            message.to()
                    .fold(
                            queue -> {
                                environment.queues().forget(queue.name());
                                return true;
                            },
                            reply -> false);
        }
    }

    private static boolean queueIsGone(Throwable error) {
        return error instanceof QueueNotFoundException || error.getCause() instanceof QueueNotFoundException;
    }

    /** Publishes and waits for the confirm. */
    void publishAndWait(List<Ready> ready) {
        try {
            publish(ready).toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw Stages.unchecked(Stages.cause(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            List<String> ids = ready.stream().map(one -> one.id().value()).collect(Collectors.toList());
            throw new PublishException("interrupted while waiting for the confirm", ids, true, e);
        }
    }
}
