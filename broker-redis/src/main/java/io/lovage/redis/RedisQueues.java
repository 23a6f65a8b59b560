package io.lovage.redis;

import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import java.util.EnumSet;
import java.util.Set;

/** Declares queues, and knows what they can do. Thread-safe. */
final class RedisQueues {
    private static final int CELERY_LEVELS = 4;

    private final Answers answers;
    private final KeySpace keys;
    private final Caretaker caretaker;
    private final boolean celeryPriorities;

    RedisQueues(Answers answers, KeySpace keys, Caretaker caretaker, boolean celeryPriorities) {
        this.answers = answers;
        this.keys = keys;
        this.caretaker = caretaker;
        this.celeryPriorities = celeryPriorities;
    }

    /** Rule R1.7: what is in the list is adopted; what the server cannot do is refused before anything is made. */
    QueueCapabilities declare(QueueSpec queue) {
        QueueCapabilities can = capabilities();
        Set<QueueFeature> missing = EnumSet.noneOf(QueueFeature.class);
        missing.addAll(queue.requires());
        missing.removeAll(can.features());
        if (!missing.isEmpty()) {
            throw new QueueMismatchException("queue '" + queue.name() + "' lacks " + missing
                    + ": this Redis does not log what is written (appendonly no), so a restart loses it");
        }
        make(queue.name());
        make(queue.deadLetterQueue());
        caretaker.use(queue.name());
        return can;
    }

    private void make(String name) {
        byte[][] all = keys.queue(name).keys(true);
        byte[] levels = keys.queue(name).levelsOf(all);
        long made = answers.to("declare queue '" + name + "'", session -> session.run(Scripts.DECLARE, all, levels));
        assert made >= 0;
    }

    private QueueCapabilities capabilities() {
        Set<QueueFeature> features =
                EnumSet.of(QueueFeature.PRIORITY, QueueFeature.DELAY, QueueFeature.EXACT_DELIVERY_COUNT);
        boolean logged = answers.<ServerFacts>to(
                        "tell about itself",
                        session -> java.util.concurrent.CompletableFuture.completedFuture(session.facts()))
                .appendOnly()
                .orElse(true);
        if (logged) {
            features.add(QueueFeature.DURABLE);
        }
        return new QueueCapabilities(
                "list", features, celeryPriorities ? CELERY_LEVELS : OutboundMessage.HIGHEST_PRIORITY + 1);
    }

    /** @throws QueueNotFoundException when it was never declared, or was deleted */
    void check(QueueSpec queue) {
        QueueKeys own = keys.queue(queue.name());
        long exists = answers.to(
                "look for queue '" + queue.name() + "'",
                session -> session.ask(own.queue(), commands -> commands.exists(own.queue())));
        if (exists == 0) {
            throw unknown(queue.name());
        }
    }

    static QueueNotFoundException unknown(String queue) {
        return new QueueNotFoundException(RedisErrors.noQueueCalled(queue));
    }
}
