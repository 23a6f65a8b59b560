package io.lovage.internal.client;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.internal.memory.MemoryBroker;
import io.lovage.internal.memory.MemoryBrokerProvider;
import io.lovage.internal.memory.MemoryResultBackendProvider;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.wire.MessageEncoder;
import io.lovage.internal.wire.ProcessName;
import io.lovage.internal.worker.DeclaredQueues;
import io.lovage.internal.worker.WorkerEnvironment;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settlement;
import io.lovage.spi.Threads;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Connections to one broker in memory under one manual clock, some of them with a fault in front, and a view from the
 * side of the broker.
 */
public final class Playground implements AutoCloseable {
    public static final String QUEUE = "celery";
    public static final Duration SOON = Duration.ofSeconds(30);
    public static final Task<Integer, Integer> SQUARE = Task.of("math.square", Integer.class, Integer.class);

    private static final AtomicInteger SPACES = new AtomicInteger();

    public final ManualClock clock = new ManualClock();
    private final Threads threads = new NamedThreads("playground");
    private final String url;
    private final List<Runnable> open = new ArrayList<>();
    private final MemoryBroker watcher;

    public Playground() {
        this("");
    }

    /** With options of the broker in memory, such as {@code ?priorities=false}. */
    public Playground(String options) {
        this.url = "memory://playground-" + SPACES.incrementAndGet() + options;
        this.watcher = broker();
        watcher.declare(QueueSpec.of(QUEUE));
        open.add(watcher::close);
    }

    /** A connection of its own to the same broker. */
    public MemoryBroker broker() {
        return (MemoryBroker) new MemoryBrokerProvider()
                .connect(new BrokerConfig(
                        ServiceUrl.parse(url), "playground", Duration.ofSeconds(1), SOON, clock, threads));
    }

    public Lovage lovage() {
        return connect().lovage();
    }

    /**
     * A client, what its workers get, and the places where faults can be put in front of its broker and its results.
     */
    public record Connection(
            Lovage lovage,
            WorkerEnvironment environment,
            MemoryBroker memory,
            FaultyBroker broker,
            FaultyResults results) {}

    public Connection connect() {
        return connect(UnaryOperator.identity());
    }

    /** With a result backend that says that it can do something else. */
    public Connection connect(UnaryOperator<BackendCapabilities> claims) {
        MemoryBroker memory = broker();
        ResultBackend backend = new MemoryResultBackendProvider()
                .connect(
                        new BackendConfig(
                                ServiceUrl.parse("memory://"), "playground", Duration.ofSeconds(1), clock, threads),
                        memory);
        FaultyBroker broker = new FaultyBroker(memory);
        FaultyResults results = new FaultyResults(backend, claims.apply(backend.capabilities()));
        ProcessName process = ProcessName.current();
        WorkerEnvironment environment = new WorkerEnvironment(
                broker,
                results,
                new DeclaredQueues(broker),
                Duration.ofDays(1),
                QUEUE,
                "playground",
                process,
                new MessageEncoder(process),
                clock,
                threads);
        Lovage lovage = new LovageClient(environment, () -> {}, false);
        open.add(0, lovage::close);
        return new Connection(lovage, environment, memory, broker, results);
    }

    /** As a foreign producer would. */
    public void publish(Message message) {
        watcher.publish(List.of(OutboundMessage.to(QUEUE, message)))
                .toCompletableFuture()
                .join();
    }

    public QueueStats stats() {
        return watcher.admin().stats(QueueSpec.of(QUEUE));
    }

    /** Ready, delayed and in flight together. */
    public long messages() {
        QueueStats stats = stats();
        return stats.ready().orElseThrow()
                + stats.delayed().orElseThrow()
                + stats.inFlight().orElseThrow();
    }

    public List<DeadLetter> deadLetters() {
        return watcher.admin().deadLetters(QueueSpec.of(QUEUE), 100);
    }

    /** Takes away everything that waits, to look at it. */
    public List<Message> takeAll() throws InterruptedException {
        try (Broker.Consumer consumer = watcher.consume(ConsumeSpec.of(QueueSpec.of(QUEUE), 1000))) {
            List<Message> taken = new ArrayList<>();
            for (Delivery delivery : consumer.poll(1000, Duration.ZERO)) {
                taken.add(delivery.message().message());
                delivery.settle(Settlement.ack()).toCompletableFuture().join();
            }
            return taken;
        }
    }

    /** Until other threads have come so far. */
    public static void waitUntil(BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) { // the test has its limit, and says what it waits for
                throw new AssertionError("interrupted while waiting for other threads");
            }
            LockSupport.parkNanos(200_000); // leaves the processor to them
        }
    }

    /** Lets the clock run until other threads have come so far. */
    public void passTimeUntil(BooleanSupplier over) {
        waitUntil(() -> {
            clock.advance(Duration.ofMillis(100));
            return over.getAsBoolean();
        });
    }

    @Override
    public void close() {
        open.forEach(Runnable::run);
    }
}
