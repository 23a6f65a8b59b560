package io.lovage.kafka;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Capabilities;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Kafka. Thread-safe. */
final class KafkaBroker implements Broker {
    /** The server frees what a killed worker held when its connection drops. */
    private static final Duration CRASH_BOUND = Duration.ofSeconds(3);
    /** How long after its end a lock is noticed to be over, and the message handed out again. */
    private static final Duration DETECTION = Duration.ofSeconds(2);

    private static final Duration THREAD_IDLE = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final ExecutorService callbacks;
    private final Producers producers;
    private final Delays delays;
    private final Publisher publisher;
    private final Queues queues;
    private final Capabilities capabilities;
    private volatile boolean closed;

    private KafkaBroker(BrokerConfig config, KafkaOptions options, Cluster cluster, ConnectChecks.Facts facts) {
        this.cluster = cluster;
        this.callbacks = callbacks(config);
        this.producers = new Producers(new Producers.Spec(options, config.clientName(), config.publishTimeout()));
        Topics topics = new Topics(cluster);
        this.delays = new Delays(
                options,
                new Delays.Surroundings(cluster, topics, config.clientName(), config.time(), config.threads()));
        this.publisher = new Publisher(
                new Outgoing(options.topics(), delays),
                options.publishWindowBytes(),
                config.publishTimeout(),
                new Publisher.Surroundings(topics, producers, config.time(), callbacks));
        this.queues = new Queues(
                cluster,
                options.topics(),
                topics,
                facts.mostDeliveries(),
                !delays.longest().isZero());
        this.capabilities = new Capabilities(
                "kafka",
                new LeaseModel.UntilDeadline(DETECTION),
                CRASH_BOUND,
                delays.longest(),
                delays.precision(),
                OptionalLong.of(options.topics().largestMessage()),
                true);
    }

    static KafkaBroker connect(BrokerConfig config) {
        KafkaOptions options = KafkaOptions.of(config.url());
        Cluster cluster =
                Cluster.of(options.client(), config.clientName(), config.connectTimeout(), options.heartbeat());
        try {
            return new KafkaBroker(config, options, cluster, new ConnectChecks(cluster).check());
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Runs what users left to be run; a failure is told also when it is found out by closing. */
    private static ExecutorService callbacks(BrokerConfig config) {
        RejectedExecutionHandler whenClosed = (task, pool) -> task.run();
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                THREAD_IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                config.threads().named("kafka-callback"),
                whenClosed);
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public QueueCapabilities declare(QueueSpec queue) {
        QueueCapabilities can = queues.declare(queue);
        delays.prepare();
        return can;
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
        throw new ConfigurationException("workers on Kafka are not there yet; this connection can only send tasks");
    }

    @Override
    public BrokerAdmin admin() {
        throw new ConfigurationException("the administration of queues on Kafka is not there yet");
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        delays.close();
        publisher.close();
        producers.close();
        cluster.close();
        callbacks.shutdown();
    }
}
