package io.lovage.kafka;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Capabilities;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka. Thread-safe. */
final class KafkaBroker implements Broker {
    private static final Logger log = LoggerFactory.getLogger(KafkaBroker.class);
    /** The server frees what a killed worker held when its connection drops. */
    private static final Duration CRASH_BOUND = Duration.ofSeconds(3);
    /** How long after its end a lock is noticed to be over, and the message handed out again. */
    private static final Duration DETECTION = Duration.ofSeconds(2);

    private static final Duration LONGEST_READING = Duration.ofSeconds(60);
    private static final int PURGED_AT_ONCE = 500;

    private final Set<QueueConsumer> consumers = ConcurrentHashMap.newKeySet();
    /** Queues of which the log says that there are fewer lanes than a worker could fill. */
    private final Set<String> toldOfLanes = ConcurrentHashMap.newKeySet();

    private final AtomicLong laneNumbers = new AtomicLong();
    private final BrokerConfig config;
    private final KafkaOptions options;
    private final Topics topics;
    private final Cluster cluster;
    private final CallbackPool callbacks;
    private final Producers producers;
    private final Delays delays;
    private final Publisher publisher;
    private final Queues queues;
    private final KafkaAdmin admin;
    private final Capabilities capabilities;
    private final ResultSurroundings results;
    private volatile boolean closed;

    private KafkaBroker(BrokerConfig config, KafkaOptions options, Cluster cluster, ConnectChecks.Facts facts) {
        this.config = config;
        this.options = options;
        this.cluster = cluster;
        this.callbacks = new CallbackPool(config.threads().named("kafka-callback"), config.time());
        this.producers = new Producers(new Producers.Spec(options, config.clientName(), config.publishTimeout()));
        this.topics = new Topics(cluster, config.time());
        DeadTopics deadTopics = new DeadTopics(options.topics().names());
        this.delays = new Delays(
                options,
                new Delays.Surroundings(
                        cluster, topics, deadTopics, config.clientName(), config.time(), config.threads()));
        this.publisher = new Publisher(
                new Outgoing(options.topics(), delays),
                options.publishWindowBytes(),
                config.publishTimeout(),
                new Publisher.Surroundings(topics, producers, config.time(), callbacks));
        ServersLetters serversLetters = new ServersLetters(cluster, topics, options.topics(), facts.letterPrefix());
        this.queues = new Queues(
                options.topics(),
                new Queues.Surroundings(cluster, topics, deadTopics, serversLetters, facts.mostDeliveries()));
        this.admin = new KafkaAdmin(
                new KafkaAdmin.Surroundings(
                        cluster, options.topics().names(), topics, config.time(), config.clientName(), this::purger),
                new DeadLetterBox(
                        new DeadLetterBox.Surroundings(
                                cluster,
                                new DeadLetterBox.Places(options.topics().names(), serversLetters.topic()),
                                publisher,
                                config.time(),
                                config.clientName(),
                                LONGEST_READING),
                        this::await));
        this.capabilities = new Capabilities(
                "kafka",
                new LeaseModel.UntilDeadline(DETECTION),
                CRASH_BOUND,
                delays.longest(),
                delays.precision(),
                OptionalLong.of(options.topics().largestMessage()),
                true);
        this.results = new ResultSurroundings(options, cluster, topics, producers, config.time(), callbacks);
    }

    private ShareClient purger(String topic, String clientId) {
        return new KafkaShareClient(new KafkaShareClient.Spec(
                options.client(), clientId, topic, PURGED_AT_ONCE, options.heartbeat(), QueueSpec.DEFAULT_LEASE));
    }

    private void await(String doing, CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().get(config.publishTimeout().toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while waiting to " + doing, e);
        } catch (ExecutionException | TimeoutException e) {
            throw KafkaErrors.doing(doing, e);
        }
    }

    static KafkaBroker connect(BrokerConfig config) {
        KafkaOptions options = KafkaOptions.of(config.url());
        Cluster cluster =
                Cluster.of(options.client(), config.clientName(), config.connectTimeout(), options.heartbeat());
        try {
            boolean replicated = options.topics().replication().isPresent();
            KafkaBroker broker =
                    new KafkaBroker(config, options, cluster, new ConnectChecks(cluster, replicated).check());
            broker.producers.current(); // so that the first publish does not wait for it
            return broker;
        } catch (KafkaException e) {
            cluster.close();
            throw KafkaErrors.doing("connect to " + options.client(), e);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    /** The connection, for results that go over it. */
    ResultSurroundings results() {
        return results;
    }

    @Override
    public QueueCapabilities declare(QueueSpec queue) {
        return queues.declare(queue, delays.prepare());
    }

    @Override
    public CompletionStage<Void> publish(List<OutboundMessage> messages) {
        return publisher.publish(messages);
    }

    @Override
    public Consumer consume(ConsumeSpec spec) {
        if (closed) {
            throw new BrokerUnavailableException("this connection to Kafka was closed");
        }
        if (options.take().profile() != KafkaOptions.Profile.BATCH
                && spec.prefetch() > options.take().lanes()
                && toldOfLanes.add(spec.queue().name())) {
            log.warn(
                    "of queue '{}' at most {} tasks that take long run at once here, not {}: each has a lane, and ?lanes={}",
                    spec.queue().name(),
                    options.take().lanes(),
                    spec.prefetch(),
                    options.take().lanes());
        }
        String topic = options.topics().names().topic(spec.queue().name());
        topics.check(spec.queue().name(), topic);
        int mostDeliveries = queues.prepare(spec.queue());
        QueueConsumer consumer = new QueueConsumer(spec, options.take(), surroundings(spec, topic, mostDeliveries));
        synchronized (consumers) { // who comes after close is closed by nobody
            if (closed) {
                throw new BrokerUnavailableException("this connection to Kafka was closed");
            }
            consumers.add(consumer);
        }
        consumer.start();
        Caretaker caretaker = new Caretaker(cluster, topics, topic, config.time(), consumer::failed);
        consumer.lookedAfterBy(caretaker);
        caretaker.start();
        delays.startMoving();
        return consumer;
    }

    private QueueConsumer.Surroundings surroundings(ConsumeSpec spec, String topic, int mostDeliveries) {
        Settler settler = new Settler(
                spec.queue(),
                new Settler.Surroundings(publisher, delays, options.topics().names(), config.time(), callbacks));
        Rebasing rebasing = new Rebasing(
                spec.queue().name(),
                topic,
                mostDeliveries,
                new Rebasing.Surroundings(publisher::publish, settler::bury, config.time(), callbacks));
        return new QueueConsumer.Surroundings(
                settler,
                rebasing,
                records -> new KafkaShareClient(new KafkaShareClient.Spec(
                        options.client(),
                        config.clientName() + "-" + spec.consumerName() + "-" + laneNumbers.incrementAndGet(),
                        topic,
                        records,
                        options.heartbeat(),
                        spec.queue().lease())),
                config.time(),
                config.threads().named("kafka-lane"),
                consumers::remove);
    }

    /** A topic keeps what it is told, and a group gives it to one: neither is what broadcasts are. */
    @Override
    public Optional<Broadcasts> broadcasts() {
        return Optional.empty();
    }

    @Override
    public BrokerAdmin admin() {
        return admin;
    }

    /** All at once: brokers that are away let each of them take its time. */
    private void closeConsumers() {
        List<QueueConsumer> all = List.copyOf(consumers);
        all.forEach(QueueConsumer::drain);
        ThreadFactory closers = config.threads().named("kafka-close");
        List<Thread> closing =
                all.stream().map(consumer -> closers.newThread(consumer::close)).toList();
        closing.forEach(Thread::start);
        try {
            for (Thread each : closing) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (consumers) {
            if (closed) {
                return;
            }
            closed = true;
        }
        closeConsumers();
        delays.close();
        publisher.close();
        producers.close();
        cluster.close();
        callbacks.shutdown();
    }
}
