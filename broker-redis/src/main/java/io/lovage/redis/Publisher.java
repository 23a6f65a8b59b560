package io.lovage.redis;

import io.lovage.redis.PublishCall.Part;
import io.lovage.redis.PublishLane.Surroundings;
import io.lovage.redis.PublishLane.Target;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Destination;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes, and confirms when the server has answered (rule R1.1). What is not answered within the timeout fails (rule
 * R1.3); what was not sent yet waits for a connection until then. Thread-safe.
 */
final class Publisher implements Link.Listener, AutoCloseable {
    /** Celery forgets it: a reply that nobody fetches would stay for ever. */
    private static final Duration REPLY_KEPT = Duration.ofDays(1);

    private static final String REPLY = "reply ";
    private static final int MOST_LANES = 1_000;

    /**
     * How to publish.
     *
     * @param used is told of every queue that is published to
     */
    record Spec(
            KeySpace keys, Outgoing outgoing, int window, Duration timeout, TimeSource time, Consumer<String> used) {}

    private final ConcurrentHashMap<String, PublishLane> lanes = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<PublishCall> open = new ConcurrentLinkedDeque<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Spec spec;
    private final Surroundings around;
    private final PublishWindow window;
    private volatile TimeSource.@Nullable Timer timer;
    private volatile boolean closed;

    Publisher(Spec spec, Surroundings around) {
        this.spec = spec;
        this.around = around;
        this.window = new PublishWindow(spec.window());
    }

    CompletionStage<Void> publish(List<OutboundMessage> messages) {
        for (OutboundMessage message : messages) {
            Optional<BrokerException> refusal = spec.outgoing().refusal(message);
            if (refusal.isPresent()) {
                return PublishCall.refused(messages, RedisErrors.text(refusal.get()), refusal.get());
            }
        }
        PublishCall call = new PublishCall(
                messages, spec.time().nanoTime() + spec.timeout().toNanos());
        if (messages.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            Duration left = Duration.ofNanos(call.deadline() - spec.time().nanoTime());
            if (!window.enter(messages.size(), left)) {
                BrokerException reason = late(
                        "confirmed too little for a place in the publish window of " + spec.window() + " messages");
                return PublishCall.refused(messages, RedisErrors.text(reason), reason);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            BrokerException cause = new BrokerUnavailableException("interrupted while waiting to publish", e);
            return PublishCall.refused(messages, RedisErrors.text(cause), cause);
        } catch (BrokerException e) {
            return PublishCall.refused(messages, RedisErrors.text(e), e);
        }
        CompletionStage<Void> promise = call.promise();
        CompletionStage<Void> answer = promise.whenComplete((done, failure) -> {
            window.leave(call.size());
            forgetOver();
        });
        open.add(call);
        parts(call, messages).forEach((lane, part) -> lane.add(part));
        if (closed) {
            close();
        } else {
            watch();
        }
        return answer;
    }

    /** Sorts messages by the way they go; a part that has become large goes ahead. */
    private Map<PublishLane, Part> parts(PublishCall call, List<OutboundMessage> messages) {
        Map<PublishLane, Part> parts = new LinkedHashMap<>();
        for (int i = 0; i < messages.size(); i++) {
            OutboundMessage message = messages.get(i);
            PublishLane lane = lane(message);
            Part part = parts.computeIfAbsent(lane, unknown -> new Part(call));
            if (PublishLane.isFull(part)) {
                lane.add(part);
                part = new Part(call);
                parts.put(lane, part);
            }
            byte[] envelope = spec.outgoing().envelope(message);
            if (message.delay().isZero() || message.to() instanceof Destination.Reply) {
                part.add(i, envelope);
            } else {
                char level = queue(message).level(message.priority());
                part.add(i, Scripts.bytes(Outgoing.millis(message.delay())), Scripts.bytes(level), envelope);
            }
        }
        return parts;
    }

    private QueueKeys queue(OutboundMessage message) {
        return spec.keys().queue(((Destination.Queue) message.to()).name());
    }

    private PublishLane lane(OutboundMessage message) {
        return message.to()
                .fold(
                        queue -> {
                            QueueKeys keys = spec.keys().queue(queue.name());
                            return message.delay().isZero() ? ready(keys, message.priority()) : delayed(keys);
                        },
                        reply -> {
                            forgetOldReplies();
                            return lanes.computeIfAbsent(REPLY + reply.address(), way -> reply(reply.address()));
                        });
    }

    private PublishLane ready(QueueKeys keys, int priority) {
        char level = keys.level(priority);
        return lanes.computeIfAbsent(level + " " + keys.name(), way -> {
            spec.used().accept(keys.name());
            byte[][] all = keys.keys(priority > 0);
            return new PublishLane(
                    new Target(
                            "publish to queue '" + keys.name() + "'",
                            Scripts.PUSH,
                            all,
                            keys.levelsOf(all),
                            Scripts.bytes(level)),
                    around);
        });
    }

    private PublishLane delayed(QueueKeys keys) {
        return lanes.computeIfAbsent("delayed " + keys.name(), way -> {
            spec.used().accept(keys.name());
            byte[][] all = keys.keys(false);
            return new PublishLane(
                    new Target("publish to queue '" + keys.name() + "'", Scripts.DELAY, all, keys.levelsOf(all)),
                    around);
        });
    }

    /** Every client has an address of its own. */
    private void forgetOldReplies() {
        if (lanes.size() > MOST_LANES) {
            lanes.entrySet()
                    .removeIf(lane ->
                            lane.getKey().startsWith(REPLY) && lane.getValue().isIdle());
        }
    }

    private PublishLane reply(String address) {
        return new PublishLane(
                new Target(
                        "reply",
                        Scripts.REPLY,
                        new byte[][] {spec.keys().reply(address), spec.keys().existenceOf(address)},
                        Scripts.bytes(REPLY_KEPT.toSeconds())),
                around);
    }

    /**
     * One timer looks after all calls: they end in the order in which they began, and in which the window let them in.
     */
    private void watch() {
        PublishCall oldest = open.peek();
        if (oldest != null && watching.compareAndSet(false, true)) {
            long left = Math.max(0, oldest.deadline() - spec.time().nanoTime());
            timer = spec.time().after(Duration.ofNanos(left), this::endOverdue);
        }
    }

    private void forgetOver() {
        for (PublishCall oldest = open.peek(); oldest != null && oldest.isOver(); oldest = open.peek()) {
            open.remove(oldest);
        }
    }

    private void endOverdue() {
        long now = spec.time().nanoTime();
        for (PublishCall oldest = open.peek(); oldest != null; oldest = open.peek()) {
            if (!oldest.isOver() && oldest.deadline() - now > 0) {
                break;
            }
            open.remove(oldest);
            giveUp(oldest);
        }
        watching.set(false);
        watch();
    }

    private BrokerException late(String what) {
        return around.link().now().isPresent()
                ? new BrokerUnavailableException("Redis " + what + " within " + UrlOptions.written(spec.timeout()))
                : around.link().notConnected();
    }

    private void giveUp(PublishCall call) {
        if (!call.isOver()) {
            BrokerException reason = late("did not confirm");
            around.callbacks().execute(() -> call.giveUp(reason));
        }
    }

    @Override
    public void connected(Session session) {
        lanes.values().forEach(PublishLane::flush);
    }

    @Override
    public void lost(Session session) {
        // what was under way fails by itself, what was not waits
    }

    /** Fails what is not confirmed. Idempotent. */
    @Override
    public void close() {
        closed = true;
        window.close();
        TimeSource.Timer watch = timer;
        if (watch != null) {
            watch.cancel();
        }
        for (PublishCall call = open.poll(); call != null; call = open.poll()) {
            call.giveUp(new BrokerUnavailableException("this connection to Redis was closed"));
        }
    }
}
