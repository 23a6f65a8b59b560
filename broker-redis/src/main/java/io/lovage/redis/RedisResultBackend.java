package io.lovage.redis;

import io.lovage.redis.RedisOptions.ConnectionOptions;
import io.lovage.redis.Waiters.Waiting;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Fence;
import io.lovage.spi.GroupCounters;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Results where Celery's Redis backend keeps them, fenced. One connection asks and stores; another one hears what is
 * published, and is opened by the first who waits for a result: a worker has none. Thread-safe. Listeners run on one
 * thread of their own.
 */
final class RedisResultBackend implements ResultBackend {
    private static final BackendCapabilities CAPABILITIES = new BackendCapabilities("redis", true, true);

    private final String address = UUID.randomUUID().toString();
    private final BackendConfig config;
    private final ConnectionOptions options;
    private final Connector connector;
    private final ResultKeys keys;
    private final Link asking;
    private final ResultStore store;
    private final Optional<GroupCounters> groups;
    private final Notifier notifier;
    private final ExecutorService callbacks;
    private final Hearing hearing;
    private volatile boolean closed;

    private RedisResultBackend(BackendConfig config, ConnectionOptions options, Connector connector) {
        this.config = config;
        this.options = options;
        this.connector = connector;
        this.keys = ResultKeys.of(options.keyPrefix());
        this.asking = link(connector::open, "results");
        this.store = new ResultStore(asking, keys);
        this.groups = connector.isCluster() ? Optional.empty() : Optional.of(new GroupParts(asking, keys));
        this.callbacks = Executors.newSingleThreadExecutor(config.threads().named("redis-results"));
        this.notifier = new Notifier(asking, keys, config.time(), options.heartbeat(), callbacks);
        this.hearing = new Hearing(this::opened, config.threads());
        asking.listen(store);
        asking.listen(notifier.ofAsking());
    }

    /** Makes the connection for commands, or throws what stands in the way. */
    static RedisResultBackend connect(BackendConfig config, Endpoint endpoint, ConnectionOptions options) {
        Connector connector =
                new Connector(endpoint, options, config.connectTimeout(), config.threads(), config.clientName());
        RedisResultBackend backend = new RedisResultBackend(config, options, connector);
        try {
            backend.asking.start();
            return backend;
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private Link link(Link.Opener opener, String role) {
        return new Link(new Link.Parts(
                opener, config.threads(), config.time(), options.heartbeat(), config.connectTimeout(), role));
    }

    @Override
    public BackendCapabilities capabilities() {
        return CAPABILITIES;
    }

    /** Nothing is sent there, but Celery's clients name one as well. Whether results can be heard of is seen now. */
    @Override
    public String replyAddress() {
        hearing.open();
        return address;
    }

    private Link opened() {
        Link link = link(connector::openForHearing, "news of results");
        try {
            link.listen(notifier.ofHearing());
            checkPermission(link.start());
            return link;
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /**
     * A user who may not subscribe is told so now, by the server (rule R10.4), and not by a result that never comes.
     */
    private void checkPermission(Session session) {
        byte[] channel = keys.document(new TaskId(address));
        CompletionStage<Void> tried = session.wire().hearing().async().subscribe(channel);
        CompletionStage<Void> left =
                tried.thenCompose(done -> session.wire().hearing().async().unsubscribe(channel));
        try {
            left.toCompletableFuture().get(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw RedisErrors.doing("subscribe to results", e);
        } catch (TimeoutException e) {
            throw RedisErrors.doing("subscribe to results within " + UrlOptions.written(config.connectTimeout()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while subscribing to results", e);
        }
    }

    @Override
    public CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive) {
        if (next.state().equals(TaskState.PENDING) || !next.id().equals(task.id())) {
            throw new IllegalArgumentException("cannot store " + next.state() + " of " + next.id() + " for " + task);
        }
        return store.transition(next, fence, timeToLive);
    }

    @Override
    public CompletionStage<Optional<StoredResult>> find(TaskId id) {
        return store.find(id);
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        return store.forget(id);
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        hearing.open();
        return listen(task, new Waiting(listener, false));
    }

    /**
     * Returns when the server has confirmed the subscription, so that no state is missed which is stored afterwards;
     * without a connection it returns after the connect timeout, and the listener hears what there is when it is back.
     */
    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        hearing.open();
        Waiting own = new Waiting(listener, true);
        Subscription subscription = listen(task, own);
        CompletableFuture<Void> ready = own.ready().copy();
        try {
            ready.get(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return subscription;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return subscription;
    }

    private Subscription listen(TaskId task, Waiting one) {
        notifier.add(task, one);
        if (closed) {
            notifier.remove(task, one);
            throw Hearing.closed();
        }
        return () -> {
            one.stop();
            notifier.remove(task, one);
        };
    }

    /** For tests of what must not grow. */
    int interests() {
        return notifier.size();
    }

    /** Not in a cluster: the keys in which Celery counts a group lie on several servers. */
    @Override
    public Optional<GroupCounters> groups() {
        return groups;
    }

    @Override
    public void close() {
        closed = true;
        hearing.close();
        notifier.clear();
        asking.close();
        connector.close();
        callbacks.shutdown();
    }
}
