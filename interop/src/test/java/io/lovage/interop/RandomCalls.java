package io.lovage.interop;

import io.lovage.Arguments;
import io.lovage.Signature;
import io.lovage.Task;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls of every shape that the API allows, the same for the same seed. Not thread-safe. */
final class RandomCalls {
    private static final List<String> TASKS = List.of(
            "py.echo", "py.echo", "py.echo", "py.add", "py.mul", "py.noop", "py.fail", "py.refuse", "py.missing");
    private static final List<String> HEADERS = List.of(
            "trace",
            "x-trace",
            "n",
            "ünï",
            "self",
            "priority",
            "queue",
            "name",
            "type",
            "exchange",
            "request",
            "app",
            "acknowledged",
            "time_start",
            "worker_pid",
            "link",
            "link_error",
            "countdown",
            "routing_key");
    private static final int DEEPEST = 4;

    private final Random random;
    private final boolean priorities;

    RandomCalls(long seed, boolean priorities) {
        this.random = new Random(seed);
        this.priorities = priorities;
    }

    Signature<Arguments, Object> next(String queue) {
        Signature<Arguments, Object> call = Task.untyped(TASKS.get(random.nextInt(TASKS.size())))
                .with(arguments())
                .queue(queue);
        if (rarely()) {
            call = call.id("id " + text() + UUID.nameUUIDFromBytes(bytes(16)));
        }
        // each is written to disk several times by RabbitMQ, and a thousand calls would wait for that alone
        if (random.nextInt(20) == 0) {
            call = call.delay(Duration.ofMillis(random.nextInt(1_500)));
        } else if (rarely()) {
            call = call.notBefore(Instant.now().minusNanos(random.nextInt(1_000_000_000)));
        }
        if (rarely()) {
            call = random.nextBoolean()
                    ? call.expiresAt(Instant.now().minusNanos(random.nextInt(2_000_000_000)))
                    : call.expiresIn(Duration.ofNanos(Duration.ofHours(1).toNanos() + random.nextInt(1_000_000_000)));
        }
        if (priorities && random.nextBoolean()) {
            call = call.priority(random.nextInt(10));
        }
        if (rarely()) {
            call = call.softTimeLimit(Duration.ofMillis(20_000 + random.nextInt(10_000)));
        }
        if (rarely()) {
            call = call.hardTimeLimit(Duration.ofMillis(30_000 + random.nextInt(10_000)));
        }
        if (rarely()) {
            call = call.compressed();
        }
        if (random.nextInt(20) == 0) {
            call = random.nextBoolean() ? call.link(follower(queue)) : call.linkError(follower(queue));
        }
        int headers = rarely() ? 1 + random.nextInt(4) : 0;
        for (int i = 0; i < headers; i++) {
            call = call.header(HEADERS.get(random.nextInt(HEADERS.size())), header(0));
        }
        return call;
    }

    /** With every option that it may have. */
    private Signature<Arguments, Object> follower(String queue) {
        Signature<Arguments, Object> call = Task.untyped("py.noop")
                .with(arguments())
                .queue(queue)
                .expiresIn(Duration.ofMillis(600_000 + random.nextInt(10_000)))
                .softTimeLimit(Duration.ofMillis(20_000 + random.nextInt(10_000)))
                .header("x-trace", header(0));
        if (random.nextBoolean()) {
            call = call.hardTimeLimit(Duration.ofSeconds(40)).compressed().immutable();
        }
        return random.nextBoolean()
                ? call.ignoreResult()
                : call.link(Task.untyped("py.missing").with(arguments()).queue(queue));
    }

    private boolean rarely() {
        return random.nextInt(4) == 0;
    }

    private Arguments arguments() {
        List<@Nullable Object> args = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            args.add(value(0));
        }
        Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();
        for (int i = rarely() ? random.nextInt(3) : 0; i > 0; i--) {
            kwargs.put(random.nextBoolean() ? "message" : text(), value(0));
        }
        return new Arguments(args, kwargs);
    }

    private @Nullable Object value(int depth) {
        return switch (random.nextInt(depth < DEEPEST ? 14 : 11)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt(10);
            case 3 -> random.nextLong();
            case 4 -> new BigInteger(200, random);
            case 5 -> random.nextGaussian() * Math.pow(10, random.nextInt(300));
            case 6 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            case 7 -> LocalDate.ofEpochDay(random.nextInt(40_000));
            case 8 -> BigDecimal.valueOf(random.nextLong(), random.nextInt(10));
            case 9 -> new UUID(random.nextLong(), random.nextLong());
            case 10 -> text();
            case 11, 12 -> list(depth);
            default -> map(depth);
        };
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(random.nextInt(20) == 0 ? "__type__" : text(), value(depth + 1));
        }
        return map;
    }

    private Object header(int depth) {
        return switch (random.nextInt(depth < 2 ? 7 : 5)) {
            case 0 -> random.nextBoolean();
            case 1 -> random.nextInt();
            case 2 -> random.nextLong();
            case 3 -> random.nextGaussian();
            case 4 -> text();
            case 5 -> List.of(header(depth + 1), header(depth + 1));
            default -> Map.of("k", header(depth + 1), "l", header(depth + 1));
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Of every plane, without what is half a character. */
    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int point = random.nextInt(3) == 0 ? 0x20 + random.nextInt(0x10000) : 0x20 + random.nextInt(0x60);
            boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            boolean control = point >= 0x7F && point < 0xA0;
            text.appendCodePoint(half ? 0x1F427 : control ? 'x' : point);
        }
        return text.toString();
    }
}
