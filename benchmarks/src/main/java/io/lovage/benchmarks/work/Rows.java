package io.lovage.benchmarks.work;

import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Row.Facts;
import io.lovage.benchmarks.work.Row.Place;
import io.lovage.benchmarks.workload.Workload;
import java.util.List;
import java.util.Map;

/** Everything that is measured, each row with what it guarantees. */
public final class Rows {
    private static final OverBroker RABBITMQ = new OverRabbit();
    private static final OverBroker REDIS = new OverRedis();
    private static final OverKafka KAFKA = new OverKafka();

    public static final Row PUBLISH = publish("publish", RABBITMQ);
    public static final Row CONSUME = consume("consume", RABBITMQ);
    public static final Row WORKER = worker("worker", RABBITMQ);

    public static final Row REDIS_PUBLISH = publish("redis-publish", REDIS);
    public static final Row REDIS_CONSUME = consume("redis-consume", REDIS);
    public static final Row REDIS_WORKER = worker("redis-worker", REDIS);

    public static final Row KAFKA_PUBLISH = publish("kafka-publish", KAFKA);
    public static final Row KAFKA_CONSUME = consume("kafka-consume", KAFKA);
    public static final Row KAFKA_WORKER = worker("kafka-worker", KAFKA);

    public static final Row KAFKA_LANES = new Row(
            "kafka-lanes",
            new Facts(
                    "Kafka: one by one",
                    "locked and renewed one by one, accepted after the handler",
                    Workload.LANES + " lanes (`profile=lane`); the bare client has as many consumers, each with a"
                            + " thread that could renew while another one runs the task",
                    Workload.ONE_BY_ONE),
            Goal.ratio(0.90),
            Place.KAFKA,
            Map.of(Variant.LOVAGE, KAFKA::lanesLovage, Variant.BARE, KAFKA::lanesBare));

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

    public static final List<Row> ALL = List.of(
            PUBLISH,
            CONSUME,
            WORKER,
            REDIS_PUBLISH,
            REDIS_CONSUME,
            REDIS_WORKER,
            KAFKA_PUBLISH,
            KAFKA_CONSUME,
            KAFKA_WORKER,
            KAFKA_LANES,
            MEMORY,
            ENCODE,
            DECODE);

    private Rows() {}

    private static Row publish(String name, OverBroker over) {
        OverBroker.Facts facts = over.facts();
        return new Row(
                name,
                new Facts(
                        over.place().title() + ": publish",
                        facts.published(),
                        "`sendAll` of " + Workload.BATCH + ", one sender; " + facts.publishing(),
                        facts.publishedTasks()),
                Goal.ratio(0.85),
                over.place(),
                Map.of(Variant.LOVAGE, over::publishLovage, Variant.BARE, over::publishBare));
    }

    private static Row consume(String name, OverBroker over) {
        return new Row(
                name,
                new Facts(
                        over.place().title() + ": take + settle",
                        over.facts().settled(),
                        "SPI and codec on one thread, prefetch " + Workload.PREFETCH + "; "
                                + over.facts().taking(),
                        Workload.DRAINED),
                Goal.ratio(0.80),
                over.place(),
                Map.of(Variant.LOVAGE, over::consumeLovage, Variant.BARE, over::consumeBare));
    }

    private static Row worker(String name, OverBroker over) {
        return new Row(
                name,
                new Facts(
                        over.place().title() + ": the same with a `Worker`",
                        over.facts().settled(),
                        Workload.SLOTS + " slots, prefetch " + Workload.PREFETCH + "; the bare client has one thread",
                        Workload.DRAINED),
                Goal.none(),
                over.place(),
                Map.of(Variant.LOVAGE, over::workLovage, Variant.BARE, over::consumeBare));
    }

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
