package io.lovage.kafka;

import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.function.Supplier;

/** A whole consumer whose lanes have clients of a test, and whose publishes fail: there is no server. */
final class ConsumerOnModel {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    final ManualClock clock = new ManualClock();
    final QueueConsumer consumer;
    private final KafkaOptions options;
    private final Cluster cluster;
    private final Producers producers;
    private final Thread worker = new Thread(this::pollToTheEnd);

    /** {@code options} of the URL. */
    ConsumerOnModel(String options, int prefetch, Supplier<ShareClient> clients) {
        this.options = KafkaOptions.of(ServiceUrl.parse("kafka://127.0.0.1:1?" + options));
        this.cluster = Cluster.of(this.options.client(), "test", PATIENCE, PATIENCE);
        this.producers = new Producers(new Producers.Spec(this.options, "test", PATIENCE));
        this.consumer = consumer(prefetch, clients);
    }

    private QueueConsumer consumer(int prefetch, Supplier<ShareClient> clients) {
        TopicNames names = options.topics().names();
        Publisher publisher = new Publisher(
                new Outgoing(options.topics(), new NoDelays()),
                options.publishWindowBytes(),
                PATIENCE,
                new Publisher.Surroundings(new Topics(cluster, clock), producers, clock, Runnable::run));
        QueueSpec queue = QueueSpec.of("queue");
        Settler settler =
                new Settler(queue, new Settler.Surroundings(publisher, new NoDelays(), names, clock, Runnable::run));
        Rebasing rebasing = new Rebasing(
                "queue",
                "queue",
                10,
                new Rebasing.Surroundings(publisher::publish, settler::bury, clock, Runnable::run));
        return new QueueConsumer(
                ConsumeSpec.of(queue, prefetch),
                options.take(),
                new QueueConsumer.Surroundings(
                        settler, rebasing, records -> clients.get(), clock, Thread::new, closed -> {}));
    }

    private static final class NoDelays implements DelayRoute {
        @Override
        public Duration longest() {
            return Duration.ZERO;
        }

        @Override
        public Duration precision() {
            return Duration.ZERO;
        }

        @Override
        public DelayStep first(String topic, Duration delay) {
            throw new UnsupportedOperationException("nothing is delayed here");
        }
    }

    /** Lanes look for something only while somebody polls. */
    void startAndPoll() {
        worker.start();
        consumer.start();
    }

    private void pollToTheEnd() {
        try {
            consumer.poll(1, Duration.ofHours(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() throws InterruptedException {
        consumer.close();
        worker.join();
        producers.close();
        cluster.close();
    }
}
