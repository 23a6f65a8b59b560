package io.lovage.internal.memory;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Capabilities;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A connection to a space in this JVM. Thread-safe. For tests it can fail like a process: {@link #crash} and
 * {@link #freeze}.
 */
public final class MemoryBroker implements Broker {
    private static final CompletionStage<Void> CONFIRMED = CompletableFuture.completedStage(null);
    /** What a timer of a busy JVM may be late. */
    private static final Duration PRECISION = Duration.ofMillis(100);

    private static final int PRIORITY_LEVELS = OutboundMessage.HIGHEST_PRIORITY + 1;

    private enum Life {
        ALIVE,
        FROZEN,
        CRASHED,
        CLOSED
    }

    private final MemorySpace space;
    private final TimeSource time;
    private final Capabilities capabilities;
    private final QueueCapabilities queueCapabilities;
    private final Set<MemoryConsumer> consumers = new LinkedHashSet<>();
    private final MemoryBroadcasts broadcasts;
    /** Written with the space's lock; results, which have another one, only read it. */
    private volatile Life life = Life.ALIVE;

    MemoryBroker(MemorySpace space, TimeSource time) {
        this.space = space;
        this.time = time;
        this.broadcasts = new MemoryBroadcasts(this, space.broadcasts);
        this.capabilities = capabilities(space.options);
        this.queueCapabilities = queueCapabilities(space.options);
    }

    private static Capabilities capabilities(MemoryOptions options) {
        boolean answers = options.answersSettlement();
        return new Capabilities(
                "memory",
                answers ? new LeaseModel.UntilDeadline(PRECISION) : new LeaseModel.WhileConnected(Optional.empty()),
                answers ? options.lease().orElse(QueueSpec.DEFAULT_LEASE).plus(PRECISION) : PRECISION,
                MemorySpace.LONGEST_DELAY,
                PRECISION,
                options.largestMessageBytes(),
                answers);
    }

    private static QueueCapabilities queueCapabilities(MemoryOptions options) {
        EnumSet<QueueFeature> features = EnumSet.of(QueueFeature.DELAY);
        if (options.priorities()) {
            features.add(QueueFeature.PRIORITY);
        }
        if (options.exactCounts()) {
            features.add(QueueFeature.EXACT_DELIVERY_COUNT);
        }
        return new QueueCapabilities("memory", features, options.priorities() ? PRIORITY_LEVELS : 1);
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public QueueCapabilities declare(QueueSpec queue) {
        EnumSet<QueueFeature> missing = EnumSet.noneOf(QueueFeature.class);
        missing.addAll(queue.requires());
        missing.removeAll(queueCapabilities.features());
        if (!missing.isEmpty()) {
            throw new QueueMismatchException("queue '" + queue.name() + "' lacks " + missing + " on the memory broker");
        }
        space.lock.lock();
        try {
            checkOpen();
            space.getOrCreate(queue.name());
            space.getOrCreate(queue.deadLetterQueue());
        } finally {
            space.lock.unlock();
        }
        return queueCapabilities;
    }

    @Override
    public CompletionStage<Void> publish(List<OutboundMessage> messages) {
        Publication publication = new Publication(space, messages);
        space.lock.lock();
        try {
            if (!isOpen()) {
                return CompletableFuture.failedStage(publication.refuseAll("the connection is closed"));
            }
            publication.putPossible();
        } finally {
            space.lock.unlock();
        }
        publication.deliverReplies();
        Optional<PublishException> problem = publication.problem();
        return problem.isEmpty() ? CONFIRMED : CompletableFuture.failedStage(problem.get());
    }

    @Override
    public Consumer consume(ConsumeSpec spec) {
        space.lock.lock();
        try {
            checkOpen();
            MemoryConsumer consumer =
                    new MemoryConsumer(this, space, space.get(spec.queue().name()), spec);
            consumers.add(consumer);
            return consumer;
        } finally {
            space.lock.unlock();
        }
    }

    @Override
    public BrokerAdmin admin() {
        return new MemoryAdmin(space, this);
    }

    @Override
    public Optional<Broadcasts> broadcasts() {
        return Optional.of(broadcasts);
    }

    @Override
    public void close() {
        List<MemoryConsumer> open;
        space.lock.lock();
        try {
            open = List.copyOf(consumers);
        } finally {
            space.lock.unlock();
        }
        open.forEach(MemoryConsumer::close);
        end(Life.CLOSED);
    }

    private void end(Life how) {
        space.lock.lock();
        try {
            if (!isOpen()) {
                return;
            }
            life = how;
            if (how == Life.CRASHED) {
                consumers.forEach(MemoryConsumer::crash);
            }
        } finally {
            space.lock.unlock();
        }
        broadcasts.end();
        MemorySpaces.OF_THIS_JVM.leave(space);
    }

    /**
     * For tests: what {@code kill -9} of this connection's process does to the broker. Nothing is given back, leases
     * stay until they end (or end at once where they are bound to the connection), and nobody here hears of anything:
     * polls throw, settlements are UNKNOWN and change nothing.
     */
    public void crash() {
        end(Life.CRASHED);
    }

    /** For tests: what {@code SIGSTOP} does. Nothing is taken or renewed, no loss is heard of, until {@link #thaw}. */
    public void freeze() {
        space.lock.lock();
        try {
            checkOpen();
            life = Life.FROZEN;
        } finally {
            space.lock.unlock();
        }
    }

    /** For tests: ends {@link #freeze}. When it returns, every loss has been told. */
    public void thaw() {
        List<MemoryConsumer> thawed;
        space.lock.lock();
        try {
            if (life != Life.FROZEN) {
                return;
            }
            life = Life.ALIVE;
            consumers.forEach(MemoryConsumer::thaw);
            thawed = List.copyOf(consumers);
        } finally {
            space.lock.unlock();
        }
        thawed.forEach(MemoryConsumer::tellLost);
    }

    MemorySpace space() {
        return space;
    }

    TimeSource time() {
        return time;
    }

    // what follows is called with the lock

    void forget(MemoryConsumer consumer) {
        consumers.remove(consumer);
    }

    boolean isAlive() {
        return life == Life.ALIVE;
    }

    boolean isFrozen() {
        return life == Life.FROZEN;
    }

    boolean isCrashed() {
        return life == Life.CRASHED;
    }

    /** Without the lock, for those who only want to know. */
    boolean isHearing() {
        return life == Life.ALIVE;
    }

    boolean isOpen() {
        return life == Life.ALIVE || life == Life.FROZEN;
    }

    void checkOpen() {
        if (!isOpen()) {
            throw new BrokerUnavailableException("this connection to the memory broker is closed");
        }
    }
}
