package io.lovage.internal.control;

import io.lovage.internal.wire.PlainJson;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.TimeSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what all nodes are told, has the commands run that are for this one, and answers whoever wants an answer. What
 * is not for this node, has expired long ago or makes no sense is counted and otherwise ignored: nothing that comes
 * this way ends anything. Thread-safe.
 */
final class Mailbox {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
    /**
     * Celery's own workers do not look at the expiry, which is a second away at most, and clocks differ. What is older
     * than this comes from a connection that hung.
     */
    private static final double PATIENCE_SECONDS = 60;

    private static final int LONGEST_NAME = 80;
    private static final Optional<String> JSON = Optional.of("application/json");
    private static final Optional<String> UTF_8 = Optional.of("utf-8");

    private final LongAdder ignored = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final AtomicBoolean unreadableSaid = new AtomicBoolean();
    private final Map<String, Command> commands;
    private final Broadcasts broadcasts;
    private final NodeName node;
    private final LogicalClock clock;
    private final TimeSource time;
    private final Executor executor;

    /** {@code executor} runs the commands one by one; it may refuse when too many wait. */
    Mailbox(EventSender.Means means, Map<String, Command> commands) {
        this.commands = Map.copyOf(commands);
        this.broadcasts = means.broadcasts();
        this.node = means.node();
        this.clock = means.clock();
        this.time = means.time();
        this.executor = means.executor();
    }

    /** Messages that were not for this node, or had expired. */
    long ignored() {
        return ignored.sum();
    }

    long unreadable() {
        return unreadable.sum();
    }

    /** On a thread of the broker. */
    void hear(Message message) {
        executor.execute(() -> open(message));
    }

    private void open(Message message) {
        try {
            Optional<Map<String, @Nullable Object>> body = PlainJson.object(message.body());
            if (body.isEmpty() || !(body.get().get("method") instanceof String method)) {
                garbage();
                return;
            }
            if (message.header("clock") instanceof Number seen) {
                clock.adjust(seen.longValue());
            }
            if (hasExpired(message) || !isForUs(body.get())) {
                ignored.increment();
                return;
            }
            obey(method, body.get());
        } catch (RuntimeException e) { // whatever it is: the next message is another one
            log.error("a fault of Lovage: a message of remote control could not be dealt with", e);
        }
    }

    private void garbage() {
        unreadable.increment();
        if (unreadableSaid.compareAndSet(false, true)) {
            log.warn("a message of remote control makes no sense and is ignored; further ones are counted only");
        }
    }

    private boolean hasExpired(Message message) {
        return message.header("expires") instanceof Number expires
                && expires.doubleValue() > 0
                && EventSender.seconds(time.now()) - expires.doubleValue() > PATIENCE_SECONDS;
    }

    private boolean isForUs(Map<String, @Nullable Object> body) {
        if (body.get("destination") instanceof List<?> nodes && !nodes.isEmpty()) {
            return nodes.contains(node.value());
        }
        if (body.get("pattern") instanceof String pattern && body.get("matcher") instanceof String matcher) {
            return matcher.equals("glob") && glob(pattern).matcher(node.value()).matches();
        }
        return body.get("destination") == null || body.get("destination") instanceof List<?>;
    }

    /** Stars and question marks; whoever asks by a regular expression does not get us, since one may never end. */
    private static Pattern glob(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.replaceAll("\\*+", "*").split("(?<=[*?])|(?=[*?])", -1)) {
            regex.append(
                    switch (part) {
                        case "*" -> ".*+";
                        case "?" -> ".";
                        default -> Pattern.quote(part);
                    });
        }
        return Pattern.compile(regex.toString());
    }

    private void obey(String method, Map<String, @Nullable Object> body) {
        Map<String, ? extends @Nullable Object> arguments =
                body.get("arguments") instanceof Map<?, ?> map ? named(map) : Map.of();
        @Nullable Object answer = answer(method, new Given(arguments));
        if (body.get("reply_to") instanceof Map<?, ?> asker
                && asker.get("exchange") instanceof String exchange
                && asker.get("routing_key") instanceof String key) {
            reply(exchange, key, body.get("ticket"), answer);
        }
    }

    private static Map<String, @Nullable Object> named(Map<?, ?> map) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        map.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
    }

    private @Nullable Object answer(String method, Given arguments) {
        Command command = commands.get(method);
        if (command == null) {
            return Answers.error("KeyError(" + PlainJson.repr(method) + ")"); // the words of Celery's workers
        }
        try {
            return command.run(arguments);
        } catch (IllegalArgumentException e) {
            return Answers.error(method + ": " + e.getMessage());
        } catch (RuntimeException e) {
            log.warn("remote control: {} failed", method, e);
            return Answers.error(method + ": " + e.getMessage());
        }
    }

    private void reply(String exchange, String key, @Nullable Object ticket, @Nullable Object answer) {
        Broadcasts.Target.Asker asker;
        try {
            asker = new Broadcasts.Target.Asker(exchange, key);
        } catch (IllegalArgumentException e) {
            garbage();
            return;
        }
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put("ticket", ticket instanceof String text && text.length() <= LONGEST_NAME ? text : null);
        headers.put("clock", clock.forward());
        broadcasts.send(
                asker,
                new Message(
                        headers,
                        new MessageProperties(JSON, UTF_8, Optional.empty(), Optional.empty(), false),
                        PlainJson.write("an answer", Collections.singletonMap(node.value(), answer))));
    }
}
