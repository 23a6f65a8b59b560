package io.lovage.benchmarks.work;

import io.lovage.benchmarks.work.Row.Facts;
import io.lovage.benchmarks.work.Row.Place;
import io.lovage.benchmarks.workload.Workload;
import java.util.List;
import java.util.Map;

/** Everything that is measured, each row with what it guarantees. */
public final class Rows {
    public static final Row PUBLISH = new Row(
            "publish",
            new Facts(
                    "publish with confirms",
                    "persistent, mandatory, every message confirmed by a classic queue",
                    "`sendAll` of " + Workload.BATCH + ", window " + Workload.WINDOW + ", one sender",
                    Workload.PUBLISHED),
            Goal.ratio(0.85),
            Place.RABBITMQ,
            Map.of(Variant.LOVAGE, OverRabbit::publishLovage, Variant.BARE, OverRabbit::publishBare));

    public static final Row CONSUME = new Row(
            "consume",
            new Facts(
                    "consume + acknowledge",
                    "acknowledged after the handler; classic queue",
                    "SPI and codec on one thread, prefetch " + Workload.PREFETCH,
                    Workload.DRAINED),
            Goal.ratio(0.80),
            Place.RABBITMQ,
            Map.of(Variant.LOVAGE, OverRabbit::consumeLovage, Variant.BARE, OverRabbit::consumeBare));

    public static final Row WORKER = new Row(
            "worker",
            new Facts(
                    "the same with a `Worker`",
                    "acknowledged after the handler; classic queue",
                    Workload.SLOTS + " slots, prefetch " + Workload.PREFETCH + "; the bare client has one thread",
                    Workload.DRAINED),
            Goal.none(),
            Place.RABBITMQ,
            Map.of(Variant.LOVAGE, OverRabbit::workLovage, Variant.BARE, OverRabbit::consumeBare));

    public static final Row REDIS_PUBLISH = new Row(
            "redis-publish",
            new Facts(
                    "Redis: publish",
                    "held by a queue that was declared, or refused; Redis writes its log to disk once a second",
                    "`sendAll` of " + Workload.BATCH + ", one sender; the bare client sends one script for each batch",
                    Workload.PUSHED),
            Goal.ratio(0.85),
            Place.REDIS,
            Map.of(Variant.LOVAGE, OverRedis::publishLovage, Variant.BARE, OverRedis::publishBare));

    public static final Row REDIS_CONSUME = new Row(
            "redis-consume",
            new Facts(
                    "Redis: take + settle",
                    "taken with a lease in one step, acknowledged after the handler",
                    "SPI and codec on one thread, prefetch " + Workload.PREFETCH
                            + "; the bare client has scripts of its own, a batch of each on the way at any time",
                    Workload.DRAINED),
            Goal.ratio(0.80),
            Place.REDIS,
            Map.of(Variant.LOVAGE, OverRedis::consumeLovage, Variant.BARE, OverRedis::consumeBare));

    public static final Row REDIS_WORKER = new Row(
            "redis-worker",
            new Facts(
                    "Redis: the same with a `Worker`",
                    "taken with a lease in one step, acknowledged after the handler",
                    Workload.SLOTS + " slots, prefetch " + Workload.PREFETCH + "; the bare client has one thread",
                    Workload.DRAINED),
            Goal.none(),
            Place.REDIS,
            Map.of(Variant.LOVAGE, OverRedis::workLovage, Variant.BARE, OverRedis::consumeBare));

    public static final Row MEMORY = new Row(
            "memory",
            new Facts(
                    "end to end in memory",
                    "settled after the handler, no result; nothing survives the JVM",
                    "`sendAll` of " + Workload.BATCH + ", " + Workload.SLOTS + " slots, prefetch " + Workload.PREFETCH,
                    Workload.IN_MEMORY),
            Goal.tasksPerSecond(200_000),
            Place.JVM,
            Map.of(Variant.LOVAGE, url -> new InMemory()));

    public static final Row ENCODE = new Row(
            "encode",
            new Facts("encode", "the codec alone", "argument to headers and body", Workload.CODED),
            Goal.none(),
            Place.JVM,
            Map.of(Variant.LOVAGE, url -> Coding.encodeLovage(), Variant.BARE, url -> Coding.encodeBare()));

    public static final Row DECODE = new Row(
            "decode",
            new Facts("decode", "the codec alone", "headers and body to argument", Workload.CODED),
            Goal.none(),
            Place.JVM,
            Map.of(Variant.LOVAGE, url -> Coding.decodeLovage(), Variant.BARE, url -> Coding.decodeBare()));

    public static final List<Row> ALL =
            List.of(PUBLISH, CONSUME, WORKER, REDIS_PUBLISH, REDIS_CONSUME, REDIS_WORKER, MEMORY, ENCODE, DECODE);

    private Rows() {}

    /**
     * The row of that name.
     *
     * @throws IllegalArgumentException when there is none, naming those there are
     */
    public static Row named(String name) {
        return ALL.stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row is named " + name + "; there are "
                        + ALL.stream().map(Row::name).toList()));
    }
}
