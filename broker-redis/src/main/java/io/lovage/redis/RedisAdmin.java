package io.lovage.redis;

import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import java.util.List;
import java.util.OptionalLong;

/** The operator's view. Thread-safe. */
final class RedisAdmin implements BrokerAdmin {
    private final Answers answers;
    private final KeySpace keys;
    private final Caretaker caretaker;
    private final DeadLetterBox deadLetters;

    RedisAdmin(Answers answers, KeySpace keys, Caretaker caretaker, DeadLetterBox deadLetters) {
        this.answers = answers;
        this.keys = keys;
        this.caretaker = caretaker;
        this.deadLetters = deadLetters;
    }

    @Override
    public QueueStats stats(QueueSpec queue) {
        QueueKeys own = keys.queue(queue.name());
        byte[][] all = own.keys(true);
        List<Object> counts = answers.to(
                "count the messages of queue '" + queue.name() + "'",
                session -> session.run(Scripts.STATS, all, own.levelsOf(all)));
        if (Scripts.number(counts.get(0)) == 0) {
            throw RedisQueues.unknown(queue.name());
        }
        byte[] letters = keys.queue(queue.deadLetterQueue()).base();
        long dead = answers.to(
                "count the messages of queue '" + queue.deadLetterQueue() + "'",
                session -> session.ask(letters, commands -> commands.llen(letters)));
        return new QueueStats(
                OptionalLong.of(Scripts.number(counts.get(1))),
                OptionalLong.of(Scripts.number(counts.get(2))),
                OptionalLong.of(Scripts.number(counts.get(3))),
                OptionalLong.of(dead));
    }

    @Override
    public long purge(QueueSpec queue) {
        QueueKeys own = keys.queue(queue.name());
        byte[][] all = own.keys(true);
        return answers.<Long>to(
                "purge queue '" + queue.name() + "'", session -> session.run(Scripts.PURGE, all, own.levelsOf(all)));
    }

    @Override
    public void delete(QueueSpec queue) {
        byte[][] all = keys.queue(queue.name()).keys(true);
        long removed = answers.to(
                "delete queue '" + queue.name() + "'",
                session -> session.ask(all[0], commands -> commands.unlink(all)));
        if (removed > 0) {
            caretaker.forget(queue.name());
        }
    }

    @Override
    public List<DeadLetter> deadLetters(QueueSpec queue, int max) {
        return deadLetters.list(queue, max);
    }

    @Override
    public boolean resend(QueueSpec queue, String deadLetterId) {
        return deadLetters.resend(queue, deadLetterId);
    }

    @Override
    public boolean discard(QueueSpec queue, String deadLetterId) {
        return deadLetters.discard(queue, deadLetterId);
    }
}
