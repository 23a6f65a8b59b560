package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.bare.RabbitSender;
import io.lovage.benchmarks.bare.RabbitWorker;
import io.lovage.benchmarks.bare.TaskBody;
import io.lovage.benchmarks.bare.kafka.BareTopic;
import io.lovage.benchmarks.bare.kafka.KafkaBatchWorker;
import io.lovage.benchmarks.bare.kafka.KafkaLaneWorker;
import io.lovage.benchmarks.bare.kafka.KafkaSender;
import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.bare.redis.RedisSender;
import io.lovage.benchmarks.bare.redis.RedisWorker;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Setup;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeoutException;

/** Opens lines over every broker. */
final class Lines {
    /** How many tasks run at once. */
    static final int SLOTS = 16;

    private Lines() {}

    /** How many deliveries the worker may have in hand. */
    static int prefetch(Contender contender) {
        return contender == Contender.KAFKA_LANE ? SLOTS : Workload.PREFETCH;
    }

    static Line open(Setup setup, Variant variant, Handling handling) throws IOException, TimeoutException {
        if (variant == Variant.LOVAGE) {
            return new LovageLine(setup, handling);
        }
        return switch (setup.contender().broker()) {
            case MEMORY -> throw new IllegalArgumentException("memory has no bare client");
            case RABBITMQ -> rabbit(setup, handling::run);
            case REDIS -> redis(setup, handling::run);
            case KAFKA -> kafka(setup, handling::run);
        };
    }

    private static Line rabbit(Setup setup, TaskBody body) throws IOException, TimeoutException {
        BareQueue queue = rabbitQueue(setup);
        BareQueue workers = BareQueue.existing(setup.url(), setup.queue());
        return new BareLine(
                queue,
                new RabbitSender(queue.connection(), queue.name(), encoder(setup)),
                new RabbitWorker(workers.connection(), queue.name(), SLOTS, prefetch(setup.contender()), body),
                () -> {
                    workers.connection().close();
                    if (setup.contender() == Contender.RABBITMQ_QUORUM) {
                        LovageLine.delete(setup); // with its dead-letter queue, which it got from Lovage, too
                    }
                });
    }

    /** A quorum queue has the limits and the dead-letter queue that Lovage gives it, whoever works on it. */
    private static BareQueue rabbitQueue(Setup setup) throws IOException, TimeoutException {
        if (setup.contender() == Contender.RABBITMQ_CLASSIC) {
            return BareQueue.open(setup.url(), setup.queue());
        }
        LovageLine.declare(setup);
        return BareQueue.existing(setup.url(), setup.queue());
    }

    private static Line redis(Setup setup, TaskBody body) throws IOException {
        BareList queue = BareList.open(setup.url(), setup.queue());
        BareList workers = BareList.open(setup.url(), setup.queue());
        BareList waiting = BareList.open(setup.url(), setup.queue());
        return new BareLine(
                queue,
                new RedisSender(queue, encoder(setup)),
                new RedisWorker(workers, waiting.connection(), SLOTS, prefetch(setup.contender()), body),
                () -> {
                    waiting.close();
                    workers.close();
                });
    }

    private static Line kafka(Setup setup, TaskBody body) throws IOException {
        BareTopic queue = BareTopic.open(setup.url(), setup.queue());
        return new BareLine(
                queue,
                new KafkaSender(queue, encoder(setup), setup.level() == Level.D0 ? "1" : "all"),
                setup.contender() == Contender.KAFKA_LANE
                        ? new KafkaLaneWorker(queue, SLOTS, body)
                        : new KafkaBatchWorker(queue, SLOTS, Workload.TAKEN, body),
                () -> {});
    }

    /** With an origin of the form that Lovage gives. */
    private static BareEncoder encoder(Setup setup) throws IOException {
        BareEncoder encoder = new BareEncoder(
                Workload.IMPORT.name(),
                ProcessHandle.current().pid() + "@" + InetAddress.getLocalHost().getHostName());
        return setup.level() == Level.D0 ? encoder.transientMessages() : encoder;
    }
}
