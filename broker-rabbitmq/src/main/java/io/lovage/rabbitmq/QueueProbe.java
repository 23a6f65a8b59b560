package io.lovage.rabbitmq;

import io.lovage.rabbitmq.Refusals.Close;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.QueueNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how an existing queue was declared. AMQP has no question for that; but a declaration that differs is
 * refused, changes nothing, and the refusal names one argument that differs with its true value. So the queue is
 * declared with a guess, the guess is corrected, until it is accepted. Not thread-safe.
 */
final class QueueProbe {
    private static final Pattern DIFFERS = Pattern.compile(
            "inequivalent arg '(?<name>[^']+)' for queue .*: received .+ but current is (?<current>.+)",
            Pattern.DOTALL);
    private static final Pattern VALUE = Pattern.compile("(?:the value )?'(?<value>.*?)'(?: of type '(?<type>\\w+)')?");
    private static final int MOST_CORRECTIONS = 32;

    private final Scratch scratch;

    QueueProbe(Scratch scratch) {
        this.scratch = scratch;
    }

    boolean exists(String queue) {
        try {
            scratch.channel().queueDeclarePassive(queue);
            return true;
        } catch (IOException | RuntimeException e) {
            BrokerException refusal = Refusals.doing("look for queue '" + queue + "'", e);
            if (refusal instanceof QueueNotFoundException) {
                return false;
            }
            throw refusal;
        }
    }

    /**
     * How the queue was declared.
     *
     * @param guess how it probably was
     */
    QueueFacts facts(String queue, Map<String, Object> guess) {
        Map<String, Object> arguments = new LinkedHashMap<>(guess);
        Map<String, Boolean> flags = new LinkedHashMap<>(Map.of("durable", true, "auto_delete", false));
        for (int n = 0; n < MOST_CORRECTIONS; n++) {
            Optional<String> difference = declare(queue, flags, arguments);
            if (difference.isEmpty()) {
                return new QueueFacts(Boolean.TRUE.equals(flags.get("durable")), arguments);
            }
            correct(difference.get(), flags, arguments);
        }
        throw new BrokerUnavailableException("queue '" + queue + "' changes while it is being looked at");
    }

    private Optional<String> declare(String queue, Map<String, Boolean> flags, Map<String, Object> arguments) {
        try {
            scratch.channel()
                    .queueDeclare(
                            queue,
                            Boolean.TRUE.equals(flags.get("durable")),
                            false,
                            Boolean.TRUE.equals(flags.get("auto_delete")),
                            arguments);
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            Optional<String> difference = Refusals.close(e)
                    .map(Close::text)
                    .filter(text -> DIFFERS.matcher(text).find());
            if (difference.isEmpty()) {
                throw Refusals.doing("look at queue '" + queue + "'", e);
            }
            return difference;
        }
    }

    static void correct(String refusal, Map<String, Boolean> flags, Map<String, Object> arguments) {
        Matcher differs = DIFFERS.matcher(refusal);
        if (!differs.find()) {
            throw new IllegalArgumentException("not a difference: " + refusal);
        }
        String name = differs.group("name");
        Matcher current = VALUE.matcher(differs.group("current"));
        if (!current.matches()) {
            arguments.remove(name);
        } else if (name.startsWith("x-")) {
            arguments.put(name, typed(current.group("value"), current.group("type"), arguments.get(name)));
        } else {
            flags.put(name, Boolean.valueOf(current.group("value")));
        }
    }

    /** Where the refusal names no type, both values have the same. */
    private static Object typed(String value, @Nullable String type, @Nullable Object given) {
        boolean text = type == null ? given instanceof String : type.equals("longstr");
        if (text) {
            return value;
        }
        boolean flag = type == null ? given instanceof Boolean : type.equals("bool");
        if (flag) {
            return Boolean.valueOf(value);
        }
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            // Some other type; if the text is not it, the next refusal says so and the corrections end.
            return value;
        }
    }
}
