package io.lovage.rabbitmq;

import com.rabbitmq.client.BlockedListener;
import io.lovage.rabbitmq.HoldingRoom.Means;
import io.lovage.rabbitmq.RabbitConsumer.LongTasks;
import io.lovage.rabbitmq.RabbitConsumer.Surroundings;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Capabilities;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Destination;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RabbitMQ. Thread-safe. */
final class RabbitBroker implements Broker {
    /** A killed process closes its sockets; the server then gives back at once. */
    private static final Duration CRASH_BOUND = Duration.ofSeconds(2);
    /** A second is rounded up, and each of the levels adds some milliseconds. */
    private static final Duration DELAY_PRECISION = Duration.ofSeconds(2);

    private static final Duration THREAD_IDLE = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(RabbitBroker.class);

    private final Set<RabbitConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final ExecutorService dispatch;
    private final ExecutorService callbacks;
    private final Link publishing;
    private final Link taking;
    private final RabbitQueues queues;
    private final Publisher publisher;
    private final Publisher holder;
    private final LongTasks longTasks;
    private final RabbitBroadcasts broadcasts;
    private final BrokerConfig config;
    private final Capabilities capabilities;
    private volatile boolean closed;

    private RabbitBroker(BrokerConfig config, RabbitOptions options, Base base, ServerVersion server) {
        this.config = config;
        this.dispatch = base.dispatch();
        this.callbacks = base.callbacks();
        this.publishing = base.publishing();
        this.taking = base.taking();
        long largest = options.largestMessage().orElse(server.largestMessageBytes());
        this.capabilities = new Capabilities(
                "rabbitmq",
                new LeaseModel.WhileConnected(Optional.empty()),
                CRASH_BOUND,
                DelayLevels.LONGEST,
                DELAY_PRECISION,
                OptionalLong.of(largest),
                false);
        this.queues = new RabbitQueues(publishing, options, server, config.connectTimeout());
        PublishLimits limits = new PublishLimits(config.publishTimeout(), options.publishWindow(), largest);
        DelayLevels delays = new DelayLevels(publishing, config.connectTimeout());
        this.publisher = new Publisher(publishing, delays, config.time(), callbacks, limits);
        // Leases must not wait for room in the window of users.
        this.holder = new Publisher(publishing, delays, config.time(), callbacks, limits);
        this.longTasks = new LongTasks(
                options.consumerTimeout(), new Means(taking, publishing, holder, config.publishTimeout(), callbacks));
        this.broadcasts = new RabbitBroadcasts(base.telling(), config.threads());
    }

    /** What exists before the server is known. */
    private record Base(
            ExecutorService dispatch, ExecutorService callbacks, Link publishing, Link taking, Link telling) {
        void close() {
            telling.close();
            taking.close();
            publishing.close();
            callbacks.shutdown();
            dispatch.shutdown();
        }
    }

    static RabbitBroker connect(BrokerConfig config) {
        Endpoint endpoint = Endpoint.of(config.url());
        RabbitOptions options = RabbitOptions.of(config.url());
        // What the client library still wants to tell when everything is closed is told to nobody.
        ExecutorService dispatch =
                pool(config, "rabbitmq-dispatch", (task, pool) -> log.debug("not told after the end: {}", task));
        Connector connector = new Connector(endpoint, options, config, dispatch);
        Base base = new Base(
                dispatch,
                // A loss or a failure is told also when it is found out by closing.
                pool(config, "rabbitmq-callback", (task, pool) -> task.run()),
                new Link(connector, config.threads(), "publish"),
                new Link(connector, config.threads(), "take"),
                new Link(connector, config.threads(), "broadcast"));
        try {
            Wire first = base.publishing().start();
            RabbitBroker broker = new RabbitBroker(config, options, base, first.version());
            base.publishing().onConnected(broker::listen);
            return broker;
        } catch (RuntimeException e) {
            base.close();
            throw e;
        }
    }

    private static ExecutorService pool(BrokerConfig config, String role, RejectedExecutionHandler whenClosed) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                THREAD_IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                config.threads().named(role),
                whenClosed);
    }

    private void listen(Wire wire) {
        publisher.blocked(null);
        wire.connection().addBlockedListener(new BlockedListener() {
            @Override
            public void handleBlocked(String reason) {
                publisher.blocked(reason);
            }

            @Override
            public void handleUnblocked() {
                publisher.blocked(null);
            }
        });
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public QueueCapabilities declare(QueueSpec queue) {
        return queues.declare(queue);
    }

    @Override
    public CompletionStage<Void> publish(List<OutboundMessage> messages) {
        for (OutboundMessage message : messages) {
            if (message.priority() > 0 && message.to() instanceof Destination.Queue queue) {
                BrokerException refusal = refusePriority(queue.name());
                if (refusal != null) {
                    return Publisher.refused(messages, refusal);
                }
            }
        }
        return publisher.publish(messages);
    }

    /**
     * Rule R6.1: a priority that would be ignored is refused. What the module itself publishes is not asked: a message
     * that somebody else sent with a priority is not lost for it.
     */
    private @Nullable BrokerException refusePriority(String queue) {
        try {
            return queues.prioritises(queue)
                    ? null
                    : new QueueMismatchException(
                            "queue '" + queue + "' has no priorities; send with priority 0, or make"
                                    + " the queue with ?queue_type=classic&max_priority=9");
        } catch (BrokerException e) {
            return e;
        }
    }

    @Override
    public Consumer consume(ConsumeSpec spec) {
        if (closed) {
            throw new BrokerUnavailableException("this connection to RabbitMQ was closed");
        }
        QueueFacts facts = queues.facts(spec.queue());
        taking.start();
        Settling settling =
                new Settling(spec.queue(), publisher, config.time(), facts.countsDeliveries(), facts.serverLimit());
        RabbitConsumer consumer = new RabbitConsumer(
                spec,
                settling,
                new Surroundings(
                        taking,
                        config.time(),
                        config.threads(),
                        callbacks,
                        config.connectTimeout(),
                        longTasks,
                        consumers::remove));
        consumers.add(consumer);
        consumer.start();
        return consumer;
    }

    @Override
    public BrokerAdmin admin() {
        return new RabbitAdmin(queues, new DeadLetterBox(queues, publisher));
    }

    @Override
    public Optional<Broadcasts> broadcasts() {
        return Optional.of(broadcasts);
    }

    /** The connection that takes; results come over it, too. */
    Link taking() {
        taking.start();
        return taking;
    }

    ExecutorService callbacks() {
        return callbacks;
    }

    @Override
    public void close() {
        closed = true;
        consumers.forEach(RabbitConsumer::close);
        broadcasts.close();
        taking.close();
        publisher.close();
        holder.close();
        publishing.close();
        callbacks.shutdown();
        dispatch.shutdown();
    }
}
