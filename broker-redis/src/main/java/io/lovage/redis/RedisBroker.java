package io.lovage.redis;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Redis. Thread-safe. */
final class RedisBroker implements Broker {
    private static final Duration THREAD_IDLE = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Set<RedisConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final AtomicLong consumerNumbers = new AtomicLong();
    private final ReentrantLock closing = new ReentrantLock();
    private final BrokerConfig config;
    private final RedisOptions options;
    private final Foundation base;
    private final Outgoing outgoing;
    private final Publisher publisher;
    private final Caretaker caretaker;
    private final RedisQueues queues;
    private final RedisAdmin admin;
    private final Optional<RedisBroadcasts> broadcasts;
    private final Capabilities capabilities;
    private final boolean oneStep;
    /** Written under {@code closing}. */
    private volatile boolean closed;

    /** What exists before anything is asked of it. */
    private record Foundation(
            Connector connector, Link link, Link publishing, KeySpace keys, ExecutorService callbacks) {
        void close() {
            publishing.close();
            link.close();
            connector.close();
            callbacks.shutdown();
        }
    }

    private RedisBroker(
            BrokerConfig config, RedisOptions options, Foundation base, boolean cluster, boolean seesClients) {
        this.config = config;
        this.options = options;
        this.base = base;
        this.oneStep = !cluster && options.waitReplicas() == 0;
        this.outgoing = new Outgoing(options.largestMessage(), options.celeryPriorities());
        this.caretaker = new Caretaker(new Caretaker.Surroundings(
                base.link(), base.keys(), config.time(), options.connection().heartbeat(), new Liveness(seesClients)));
        this.publisher = new Publisher(
                new Publisher.Spec(
                        base.keys(),
                        outgoing,
                        options.publishWindow(),
                        config.publishTimeout(),
                        config.time(),
                        caretaker::use),
                new PublishLane.Surroundings(
                        base.publishing(),
                        new Replication(new Replication.Spec(
                                options.waitReplicas(),
                                config.publishTimeout().dividedBy(2),
                                options.connection().heartbeat(),
                                config.time())),
                        base.callbacks()));
        Answers answers = new Answers(base.link(), config.connectTimeout());
        this.queues = new RedisQueues(answers, base.keys(), caretaker, options.celeryPriorities());
        this.admin = new RedisAdmin(
                answers, base.keys(), caretaker, new DeadLetterBox(answers, base.keys(), outgoing, publisher, oneStep));
        this.broadcasts = broadcasts(config, options, base);
        this.capabilities = new Capabilities(
                "redis",
                new LeaseModel.UntilDeadline(Caretaker.LATE),
                seesClients ? Liveness.CRASH_BOUND : QueueSpec.DEFAULT_LEASE.plus(Caretaker.LATE),
                Outgoing.LONGEST_DELAY,
                Caretaker.LATE,
                OptionalLong.of(options.largestMessage()),
                true);
    }

    /** Celery's keys cannot be in a cluster, where no Python would be heard or asked either. */
    private static Optional<RedisBroadcasts> broadcasts(BrokerConfig config, RedisOptions options, Foundation base) {
        Endpoint endpoint = Endpoint.of(config.url());
        if (endpoint.isCluster()) {
            return Optional.empty();
        }
        return Optional.of(new RedisBroadcasts(
                new BroadcastKeys(options.connection().keyPrefix(), endpoint.database()),
                base.link(),
                () -> new Link(new Link.Parts(
                        base.connector()::openForHearing,
                        config.threads(),
                        config.time(),
                        options.connection().heartbeat(),
                        config.connectTimeout(),
                        "broadcasts")),
                config.threads(),
                config.time()));
    }

    static RedisBroker connect(BrokerConfig config) {
        Endpoint endpoint = Endpoint.of(config.url());
        RedisOptions options = RedisOptions.of(config.url(), endpoint);
        Foundation base = foundation(config, options, endpoint);
        try {
            Session first = base.link().start();
            log.info("{}", Survey.guarantee(first.facts(), options.acceptEviction()));
            if (base.publishing() != base.link()) {
                base.publishing().start();
            }
            boolean seesClients = first.facts().seesClients();
            if (!seesClients) {
                log.warn("Redis does not let this user see its clients (CLIENT ID, CLIENT LIST): what a killed worker"
                        + " held comes back only when its leases end");
            }
            RedisBroker broker = new RedisBroker(config, options, base, endpoint.isCluster(), seesClients);
            base.publishing().listen(broker.publisher);
            base.link().listen(broker.caretaker);
            return broker;
        } catch (RuntimeException e) {
            base.close();
            throw e;
        }
    }

    private static Foundation foundation(BrokerConfig config, RedisOptions options, Endpoint endpoint) {
        Connector connector = new Connector(
                endpoint, options.connection(), config.connectTimeout(), config.threads(), config.clientName());
        Link link = link(config, options, connector, "broker");
        // WAIT blocks its connection: what must not wait has another one then.
        Link publishing = options.waitReplicas() == 0 ? link : link(config, options, connector, "publish");
        return new Foundation(
                connector,
                link,
                publishing,
                new KeySpace(options.connection().keyPrefix(), endpoint.isCluster(), options.celeryPriorities()),
                callbacks(config));
    }

    private static Link link(BrokerConfig config, RedisOptions options, Connector connector, String role) {
        return new Link(new Link.Parts(
                connector,
                config.threads(),
                config.time(),
                options.connection().heartbeat(),
                config.connectTimeout(),
                role));
    }

    /** Runs what users left to be run; a loss or a failure is told also when it is found out by closing. */
    private static ExecutorService callbacks(BrokerConfig config) {
        RejectedExecutionHandler whenClosed = (task, pool) -> task.run();
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                THREAD_IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                config.threads().named("redis-callback"),
                whenClosed);
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
        return publisher.publish(messages);
    }

    @Override
    public Consumer consume(ConsumeSpec spec) {
        checkOpen();
        queues.check(spec.queue());
        Settler settler = new Settler(
                spec,
                new Settler.Surroundings(base.keys(), outgoing, publisher, config.time(), base.callbacks(), oneStep));
        RedisConsumer consumer = new RedisConsumer(
                spec,
                base.keys().queue(spec.queue().name()),
                settler,
                !options.fixedLease(),
                new RedisConsumer.Surroundings(
                        base.link(),
                        base.connector(),
                        config.time(),
                        base.callbacks(),
                        options.connection().heartbeat(),
                        caretaker,
                        options.celeryPriorities(),
                        consumerNumbers.incrementAndGet(),
                        consumers::remove));
        consumers.add(consumer);
        if (closed) { // otherwise whoever closes finds it
            consumers.remove(consumer);
            checkOpen();
        }
        consumer.start();
        return consumer;
    }

    private void checkOpen() {
        if (closed) {
            throw new BrokerUnavailableException("this connection to Redis was closed");
        }
    }

    /** How many consumers it knows of; for tests of what must not grow. */
    int consumers() {
        return consumers.size();
    }

    @Override
    public BrokerAdmin admin() {
        return admin;
    }

    @Override
    public Optional<Broadcasts> broadcasts() {
        return broadcasts.map(own -> own);
    }

    /** The connection; results may come over it, too. */
    Link link() {
        return base.link();
    }

    KeySpace keys() {
        return base.keys();
    }

    Connector connector() {
        return base.connector();
    }

    Duration heartbeat() {
        return options.connection().heartbeat();
    }

    ExecutorService callbacks() {
        return base.callbacks();
    }

    /** Idempotent: whoever comes second returns when everything is closed, too. */
    @Override
    public void close() {
        closing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            consumers.forEach(RedisConsumer::close);
            broadcasts.ifPresent(RedisBroadcasts::close);
            caretaker.close();
            publisher.close();
            base.close();
        } finally {
            closing.unlock();
        }
    }
}
