package io.lovage.redis.pitfall;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/*
 * A model of how kombu, the transport under Celery, takes tasks from Redis: small, but command by command the same.
 *
 *   take     BRPOP of the queue's list; then, as a second step, the record: HSET unacked and ZADD unacked_index with the
 *            time of the taking, by the clock of the worker's own machine. Between the two nobody knows of the message.
 *   ack      removes the record by the message's delivery tag, whoever made the record.
 *   scan     every worker now and then puts back what was taken longer than visibility_timeout ago, by its own clock,
 *            whether its worker is alive or not. The message keeps its delivery tag.
 *
 * Three things are left out since no story needs them: priorities, several queues, and the 100 seconds between two
 * scans, which only blur what happens; here a scan runs when a story asks for it.
 */
/** A worker of the model. Belongs to one thread. */
final class KombuWorker {
    private static final Duration MUTEX_EXPIRY = Duration.ofMinutes(5);
    private static final long WAIT_SECONDS = 1;
    private static final double MILLIS_OF_A_SECOND = 1e3;

    private final String name;
    private final RedisCommands<String, String> redis;
    private final KombuKeys keys;
    private final Duration visibilityTimeout;
    private final Supplier<Instant> clock;

    /**
     * A worker.
     *
     * @param redis a connection of its own
     * @param clock of the machine it runs on, right or wrong
     */
    KombuWorker(
            String name,
            RedisCommands<String, String> redis,
            KombuKeys keys,
            Duration visibilityTimeout,
            Supplier<Instant> clock) {
        this.name = name;
        this.redis = redis;
        this.keys = keys;
        this.visibilityTimeout = visibilityTimeout;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    /** What a producer does. */
    static void publish(RedisCommands<String, String> redis, KombuKeys keys, KombuMessage message) {
        redis.lpush(keys.queue(), message.envelope());
    }

    /** Takes one, in two steps. */
    Optional<KombuMessage> take() {
        Optional<KombuMessage> popped = pop();
        popped.ifPresent(this::record);
        return popped;
    }

    /** The first step: from here until the record is made the message is in this worker's memory and nowhere else. */
    Optional<KombuMessage> pop() {
        return Optional.ofNullable(redis.brpop(WAIT_SECONDS, keys.queue()))
                .map(popped -> new KombuMessage(popped.getValue()));
    }

    /** The second step. */
    void record(KombuMessage message) {
        redis.multi();
        redis.zadd(keys.unackedIndex(), now(), message.deliveryTag());
        redis.hset(keys.unacked(), message.deliveryTag(), message.entry(keys.queue()));
        redis.exec();
    }

    /** Acknowledges; nobody asks whether there was something to remove, or whose it was. */
    void ack(KombuMessage message) {
        redis.multi();
        forget(message.deliveryTag());
        redis.exec();
    }

    private void forget(String deliveryTag) {
        redis.zrem(keys.unackedIndex(), deliveryTag);
        redis.hdel(keys.unacked(), deliveryTag);
    }

    /** Looks once for what was taken too long ago and puts it back; answers the tags. */
    List<String> scan() {
        SetArgs onlyIfFree = SetArgs.Builder.nx().px(MUTEX_EXPIRY);
        if (redis.set(keys.mutex(), name, onlyIfFree) == null) {
            return List.of();
        }
        try {
            double ceiling = now() - visibilityTimeout.toMillis() / MILLIS_OF_A_SECOND;
            List<String> restored = new ArrayList<>();
            for (String tag :
                    redis.zrevrangebyscore(keys.unackedIndex(), Range.create(0.0, ceiling), Limit.unlimited())) {
                if (restore(tag)) {
                    restored.add(tag);
                }
            }
            return restored;
        } finally {
            redis.del(keys.mutex());
        }
    }

    /** To the front of the queue, under the same tag. */
    private boolean restore(String tag) {
        redis.watch(keys.unacked());
        String entry = redis.hget(keys.unacked(), tag);
        redis.multi();
        forget(tag);
        if (entry != null) {
            redis.rpush(keys.queue(), KombuMessage.ofEntry(entry).redelivered().envelope());
        }
        return !redis.exec().wasDiscarded() && entry != null;
    }

    private double now() {
        return clock.get().toEpochMilli() / MILLIS_OF_A_SECOND;
    }
}
