package io.lovage.redis.pitfall;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** The Redis of a story, with keys of its own for the model, and a bare client. */
final class StoryRedis implements AutoCloseable {
    private final RedisServer server = TestServers.redis().orSkip(Assumptions::abort);
    private final RedisClient client = RedisClient.create(server.url());
    private final KombuKeys keys = new KombuKeys("pitfall-" + UUID.randomUUID() + ":", "celery");
    private final RedisCommands<String, String> commands = connection();
    private final List<Timeline> timelines = new ArrayList<>();

    /** A timeline that is shown whole at the end, since several stories are told at once. */
    Timeline timeline(LongSupplier nanos) {
        Timeline timeline = new Timeline(nanos, line -> {});
        timelines.add(timeline);
        return timeline;
    }

    RedisServer server() {
        return server;
    }

    KombuKeys keys() {
        return keys;
    }

    /** Says something in the output of the test. */
    void tell(String line) {
        System.out.println(line);
    }

    /** For looking from outside. */
    RedisCommands<String, String> commands() {
        return commands;
    }

    private RedisCommands<String, String> connection() {
        return client.connect().sync();
    }

    /** A worker of the model, on a machine with this clock. */
    KombuWorker worker(String name, Duration visibilityTimeout, Supplier<Instant> clock) {
        return new KombuWorker(name, connection(), keys, visibilityTimeout, clock);
    }

    /** Sends a task to the workers of the model. */
    void publish() {
        KombuWorker.publish(commands, keys, KombuMessage.calling("flights.import", keys.name()));
    }

    /** How many messages wait in the model's queue. */
    long waiting() {
        return commands.llen(keys.queue());
    }

    /** How many records of taken messages the model has. */
    long recorded() {
        return commands.hlen(keys.unacked());
    }

    @Override
    public void close() {
        timelines.stream()
                .filter(timeline -> !timeline.lines().isEmpty())
                .forEach(timeline -> System.out.println(String.join("\n", timeline.lines())));
        commands.del(keys.queue(), keys.unacked(), keys.unackedIndex(), keys.mutex());
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
