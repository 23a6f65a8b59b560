package io.lovage.redis;

import io.lovage.spi.BrokerException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Once a second, for every queue that this connection has used: what has become due moves into its list, what is held
 * beyond its lease goes back, and owners whose connection is gone are found out. Every connection does it, none needs
 * to, and none holds a lock in doing so (design, section 7). The server says when there will be more to do, so that a
 * delay ends when it is due and not with the next second.
 */
final class Caretaker implements Link.Listener, AutoCloseable {
    /** Rule R5.2, and the bound of rule R4.1: how late it may be at the latest. */
    static final Duration LATE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Caretaker.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(900);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    /** A lease that is over is left to its owner for so long: it may only be slow, and still stretch it. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private static final int MOST_PER_STEP = 500;
    private static final int FACTS = 4;

    /** What it works with. */
    record Surroundings(Link link, KeySpace keys, TimeSource time, Duration heartbeat, Liveness liveness) {}

    private final Map<String, Care> queues = new ConcurrentHashMap<>();
    private final Surroundings around;
    private volatile boolean closed;

    Caretaker(Surroundings around) {
        this.around = around;
    }

    /** What is known of one queue. */
    private final class Care {
        private final QueueKeys keys;
        private final Set<RedisConsumer> consumers = ConcurrentHashMap.newKeySet();
        private final Complaints complaints = new Complaints();
        /* guarded by this */
        private TimeSource.@Nullable Timer next;
        private boolean asking;

        Care(QueueKeys keys) {
            this.keys = keys;
        }

        synchronized void after(Duration pause) {
            if (closed) {
                return;
            }
            if (next != null) {
                next.cancel();
            }
            next = around.time().after(pause, this::tick);
        }

        synchronized void stop() {
            if (next != null) {
                next.cancel();
            }
        }

        private synchronized boolean begin() {
            boolean mayAsk = !asking;
            asking = true;
            return mayAsk;
        }

        private synchronized void end() {
            asking = false;
        }

        private void tick() {
            Optional<Session> session = around.link().now();
            if (closed || session.isEmpty() || !begin()) {
                return; // the next session ticks at once
            }
            byte[][] all = keys.keys(true);
            TimeSource.Timer impatience = around.time().after(around.heartbeat(), session.get()::end);
            CompletionStage<List<Object>> answer = session.get()
                    .run(
                            Scripts.TICK,
                            all,
                            keys.levelsOf(all),
                            Scripts.bytes(MOST_PER_STEP),
                            Scripts.bytes(session.get().token()),
                            Scripts.bytes(GRACE.toMillis()));
            answer.whenComplete((moved, failure) -> {
                impatience.cancel();
                end();
                if (failure == null) {
                    ticked(session.get(), moved);
                } else {
                    refused(failure);
                }
            });
        }

        private void ticked(Session session, List<Object> answer) {
            complaints.over(keys.name());
            long moved = Scripts.number(answer.get(0));
            long untilMore = Scripts.number(answer.get(1));
            if (Scripts.number(answer.get(2)) == 1) {
                consumers.forEach(RedisConsumer::levelsInUse);
            }
            if (moved > 0) {
                consumers.forEach(RedisConsumer::stir);
            }
            boolean known = Scripts.number(answer.get(3)) == 1;
            if (!known && !consumers.isEmpty()) {
                register(keys, session); // it was refused, or the queue was deleted and declared again
            }
            if (answer.size() > FACTS) {
                around.liveness()
                        .look(
                                session,
                                keys,
                                answer.subList(FACTS, answer.size()),
                                () -> consumers.forEach(RedisConsumer::stir));
            }
            after(moved >= MOST_PER_STEP ? Duration.ZERO : pause(untilMore));
        }

        private Duration pause(long untilMore) {
            if (untilMore < 0 || untilMore > LONGEST_PAUSE.toMillis()) {
                return LONGEST_PAUSE;
            }
            return Duration.ofMillis(Math.max(SHORTEST_PAUSE.toMillis(), untilMore + 1));
        }

        private void refused(Throwable failure) {
            if (!RedisErrors.isAnswer(failure)) {
                return; // the next session ticks at once
            }
            BrokerException reason = RedisErrors.doing("look after queue '" + keys.name() + "'", failure);
            if (reason instanceof QueueNotFoundException) {
                queues.remove(keys.name(), this);
                consumers.forEach(consumer -> consumer.fail(reason));
                return;
            }
            if (complaints.isNew(keys.name(), RedisErrors.text(reason))) {
                log.warn("{}; it is tried again, and not said again", reason.getMessage());
            }
            after(LONGEST_PAUSE);
        }
    }

    /** This connection has to do with the queue from now on. */
    void use(String queue) {
        care(queue);
    }

    private Care care(String queue) {
        return queues.computeIfAbsent(queue, name -> {
            Care made = new Care(around.keys().queue(name));
            made.after(SHORTEST_PAUSE);
            return made;
        });
    }

    void join(RedisConsumer consumer) {
        care(consumer.queueName()).consumers.add(consumer);
    }

    void leave(RedisConsumer consumer) {
        Care care = queues.get(consumer.queueName());
        if (care != null) {
            care.consumers.remove(consumer);
        }
    }

    /** Nothing is to be done for a queue that is deleted. */
    void forget(String queue) {
        Care care = queues.remove(queue);
        if (care != null) {
            care.stop();
            care.consumers.forEach(
                    consumer -> consumer.fail(new QueueNotFoundException("queue '" + queue + "' was deleted")));
        }
    }

    /** Says on the server who takes from the queue. */
    void register(QueueKeys keys, Session session) {
        around.liveness().register(session, keys);
    }

    @Override
    public void connected(Session session) {
        queues.values().forEach(care -> {
            care.end();
            care.after(Duration.ZERO);
        });
    }

    @Override
    public void lost(Session session) {
        // the next session goes on
    }

    /** Takes this connection's name from every queue; what it held was given back before. Idempotent. */
    @Override
    public void close() {
        closed = true;
        queues.values().forEach(Care::stop);
        around.link()
                .now()
                .ifPresent(session ->
                        queues.values().forEach(care -> around.liveness().unregister(session, care.keys)));
    }
}
