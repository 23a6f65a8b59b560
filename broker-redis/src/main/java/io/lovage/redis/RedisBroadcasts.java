package io.lovage.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lovage.envelope.Envelope;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Message;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events and remote control by publish/subscribe, answers by lists, as kombu has them. What is sent goes over the
 * connection for commands, a bounded number at a time (rule R13.4); what is heard comes over another one, which is made
 * by the first who listens. Thread-safe.
 */
final class RedisBroadcasts implements Broadcasts, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisBroadcasts.class);
    private static final int MOST_UNDER_WAY = 1_000;
    /** An answer that nobody takes is not kept for ever. */
    private static final Duration ANSWER_LIFE = Duration.ofMinutes(1);

    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Set<CompletionStage<?>> underWay = ConcurrentHashMap.newKeySet();
    private final LongAdder dropped = new LongAdder();
    private final BroadcastKeys keys;
    private final Link link;
    private final TimeSource time;
    private final BroadcastHearing hearing;
    private volatile boolean closed;

    /**
     * Begins; nothing is connected for it yet.
     *
     * @param link the connection for commands
     * @param opener makes the connection that hears, without starting it
     */
    RedisBroadcasts(BroadcastKeys keys, Link link, Supplier<Link> opener, Threads threads, TimeSource time) {
        this.keys = keys;
        this.link = link;
        this.time = time;
        this.hearing = new BroadcastHearing(opener, threads);
    }

    @Override
    public boolean send(Target to, Message message) {
        Optional<Session> session = link.now();
        if (closed || session.isEmpty() || underWay.size() >= MOST_UNDER_WAY) {
            dropped.increment();
            return false;
        }
        RedisClusterAsyncCommands<byte[], byte[]> commands = session.get().commands();
        CompletionStage<?> sending = to.fold(
                event -> commands.publish(
                        keys.channel(event), Envelope.write(message, BroadcastKeys.EVENTS, event.key(), 0)),
                everyNode ->
                        commands.publish(keys.controlChannel(), Envelope.write(message, BroadcastKeys.CONTROL, "", 0)),
                asker -> answer(commands, asker, message));
        underWay.add(sending);
        sending.whenComplete((done, failure) -> {
            underWay.remove(sending);
            if (failure != null) {
                dropped.increment();
                log.debug("a broadcast to {} was dropped", to, failure);
            }
        });
        return true;
    }

    /** An asker that has gone has no binding any more. */
    private CompletionStage<?> answer(
            RedisClusterAsyncCommands<byte[], byte[]> commands, Target.Asker asker, Message message) {
        byte[] envelope = Envelope.write(message, asker.exchange(), asker.routingKey(), 0);
        return commands.smembers(keys.bindings(asker.exchange())).thenCompose(members -> {
            Optional<byte[]> list = members.stream()
                    .map(BroadcastKeys::text)
                    .filter(member -> BroadcastKeys.isOf(member, asker))
                    .map(keys::listOf)
                    .findFirst();
            return list.isEmpty() ? CompletableFuture.completedStage(null) : push(commands, list.get(), envelope);
        });
    }

    private static CompletionStage<?> push(
            RedisClusterAsyncCommands<byte[], byte[]> commands, byte[] list, byte[] envelope) {
        return commands.lpush(list, envelope).thenCompose(length -> commands.expire(list, ANSWER_LIFE.toSeconds()));
    }

    @Override
    public Listening listen(Source from, Consumer<Message> listener) {
        return from.fold(
                events -> hearing.listen(keys.pattern(events), listener),
                node -> hearing.listen(keys.pattern(node), listener),
                answers -> answers(answers.to(), listener));
    }

    private Listening answers(Target.Asker asker, Consumer<Message> listener) {
        AnswerList list = new AnswerList(keys, asker, link, time, listener);
        list.look();
        return list;
    }

    @Override
    public long dropped() {
        return dropped.sum();
    }

    /** What is under way is still sent if that is possible within a moment. */
    @Override
    public void close() {
        closed = true;
        hearing.close();
        CompletableFuture<?>[] last =
                underWay.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(last).get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the last broadcasts may not have been sent", e);
        }
    }
}
