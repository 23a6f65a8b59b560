package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delayed messages wait in the broker, in the layout of Celery 5.5: 28 levels, level n holds a message for 2^n seconds.
 * Thread-safe.
 *
 * <pre>
 * routing key  = 28 bits of the delay in whole seconds, highest first, then the queue's name, joined by dots
 * exchange n   : bit n is 1 -> queue n (TTL 2^n s, dead-letters into exchange n-1); bit n is 0 -> exchange n-1
 * exchange 0   -> celery_delayed_delivery -> the queue, bound by 28 wildcards and its name
 * </pre>
 *
 * The wait is never shorter than asked for: seconds are rounded up (rule R5.1). A queue is bound by exactly 28
 * wildcards and not by Celery's {@code #.name}, which would also match {@code x.name}.
 */
final class DelayLevels {
    private static final Logger log = LoggerFactory.getLogger(DelayLevels.class);

    static final int LEVELS = 28;
    static final Duration LONGEST = Duration.ofSeconds((1L << LEVELS) - 1);
    static final String DELIVERY = "celery_delayed_delivery";

    private static final Pattern KEY = Pattern.compile("(?:[01]\\.){" + LEVELS + "}(.+)");

    private final ReentrantLock lock = new ReentrantLock();
    private final Link link;
    private final Duration timeout;
    /** Not under the lock, see {@link #forget}. */
    private final AtomicLong forgotten = new AtomicLong();
    /* guarded by lock */
    private @Nullable Wire declaredOn;
    private long declaredAfter;
    private @Nullable Channel channel;
    /** What the server was asked last over the channel, when it had not answered in time. */
    private @Nullable CompletableFuture<Command> unanswered;

    DelayLevels(Link link, Duration timeout) {
        this.link = link;
        this.timeout = timeout;
    }

    static String level(int n) {
        return "celery_delayed_" + n;
    }

    static long seconds(Duration delay) {
        return delay.toSeconds() + (delay.toNanosPart() > 0 ? 1 : 0);
    }

    /**
     * The exchange where a message enters: that of the highest bit that is set. Celery enters at the highest level; the
     * server then matches the key at every level on the way down, which costs a millisecond for a minute's delay.
     */
    static String entry(Duration delay) {
        return level(Long.SIZE - 1 - Long.numberOfLeadingZeros(seconds(delay)));
    }

    static String routingKey(Duration delay, String queue) {
        long seconds = seconds(delay);
        StringBuilder key = new StringBuilder(2 * LEVELS + queue.length());
        for (int bit = LEVELS - 1; bit >= 0; bit--) {
            key.append((seconds >> bit) & 1).append('.');
        }
        return key.append(queue).toString();
    }

    /** The queue in a routing key of this layout; empty for any other key. */
    static Optional<String> queueOf(String routingKey) {
        Matcher matcher = KEY.matcher(routingKey);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    static String bindingKey(String queue) {
        return "*.".repeat(LEVELS) + queue;
    }

    /**
     * Makes sure that the levels exist and that {@code queue} gets what leaves them. Asked before every call that
     * delays something: the server would take a message for a queue that is gone, and then be stuck with it (rule
     * R1.8).
     *
     * @param nanosLeft how long the caller can wait
     * @throws BrokerException when there is no such queue, or the broker cannot be asked
     * @throws TimeoutException when the broker does not answer in time: it reads nothing from publishers while its
     *     memory or disk runs low
     */
    void prepare(String queue, LongSupplier nanosLeft) throws InterruptedException, TimeoutException {
        if (!lock.tryLock(nanosLeft.getAsLong(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException();
        }
        try {
            Wire wire = link.await(Duration.ofNanos(Math.max(0, Math.min(timeout.toNanos(), nanosLeft.getAsLong()))));
            awaitEarlierAnswer(nanosLeft);
            Channel open = channel;
            long times = forgotten.get();
            if (!wire.equals(declaredOn) || declaredAfter != times) {
                declare(wire, declaredAfter != times);
                declaredOn = wire;
                declaredAfter = times;
            }
            if (open == null || !open.isOpen()) {
                open = open(wire);
                channel = open;
            }
            bind(open, queue, nanosLeft);
        } catch (IOException | RuntimeException e) {
            throw Refusals.doing("delay a message to queue '" + queue + "'", e);
        } finally {
            lock.unlock();
        }
    }

    private static Channel open(Wire wire) throws IOException {
        Channel made = wire.connection().createChannel();
        if (made == null) {
            throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
        }
        return made;
    }

    /** A channel takes one question at a time, and a late answer must not pass for that of the next one. */
    private void awaitEarlierAnswer(LongSupplier nanosLeft) throws InterruptedException, TimeoutException {
        CompletableFuture<Command> asked = unanswered;
        if (asked == null) {
            return;
        }
        try {
            asked.get(nanosLeft.getAsLong(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            log.debug("a question that nobody waits for any more was refused", e);
        }
        unanswered = null;
    }

    /** The refusal may mean the queue or the exchange. */
    private void bind(Channel open, String queue, LongSupplier nanosLeft)
            throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<Command> asked = open.asyncCompletableRpc(new AMQP.Queue.Bind.Builder()
                .queue(queue)
                .exchange(DELIVERY)
                .routingKey(bindingKey(queue))
                .build());
        unanswered = asked;
        try {
            asked.get(nanosLeft.getAsLong(), TimeUnit.NANOSECONDS);
            unanswered = null;
        } catch (ExecutionException e) {
            unanswered = null;
            forget();
            throw new IOException(e.getCause());
        }
    }

    /**
     * Somebody removed the levels, or part of them: they are made again before the next use. Takes no lock: it is
     * called by the thread that reads from the connection, for whose answer the holder of the lock may be waiting.
     */
    void forget() {
        forgotten.incrementAndGet();
    }

    /**
     * Declaring what is there costs the server a transaction for each binding; looking whether it is there does not.
     */
    private static void declare(Wire wire, boolean anyway) throws IOException {
        try (Scratch scratch = new Scratch(wire)) {
            if (!anyway && exist(scratch)) {
                return;
            }
            scratch.channel().exchangeDeclare(DELIVERY, BuiltinExchangeType.TOPIC, true);
            for (int n = 0; n < LEVELS; n++) {
                String name = level(n);
                String next = n == 0 ? DELIVERY : level(n - 1);
                String higherBits = "*.".repeat(LEVELS - 1 - n);
                scratch.channel().exchangeDeclare(name, BuiltinExchangeType.TOPIC, true);
                declareQueue(scratch, name, arguments(n, next));
                scratch.channel().queueBind(name, name, higherBits + "1.#");
                scratch.channel().exchangeBind(next, name, higherBits + "0.#");
            }
        }
    }

    private static boolean exist(Scratch scratch) throws IOException {
        try {
            Channel channel = scratch.channel();
            channel.exchangeDeclarePassive(DELIVERY);
            for (int n = 0; n < LEVELS; n++) {
                channel.exchangeDeclarePassive(level(n));
                channel.queueDeclarePassive(level(n));
            }
            return true;
        } catch (IOException e) {
            if (Refusals.doing("look for the delay levels", e) instanceof QueueNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    /** Celery can be told to make the levels classic; such levels are taken as they are. */
    private static void declareQueue(Scratch scratch, String name, Map<String, Object> arguments) throws IOException {
        try {
            scratch.channel().queueDeclare(name, true, false, false, arguments);
        } catch (IOException e) {
            if (!(Refusals.doing("declare", e) instanceof QueueMismatchException)) {
                throw e;
            }
            scratch.channel().queueDeclarePassive(name);
        }
    }

    private static Map<String, Object> arguments(int n, String next) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("x-queue-type", "quorum");
        arguments.put("x-overflow", "reject-publish");
        arguments.put("x-message-ttl", 1000L << n);
        arguments.put("x-dead-letter-exchange", next);
        arguments.put("x-dead-letter-strategy", "at-least-once");
        return arguments;
    }
}
