package io.lovage.redis;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Connections to results, and what tests say to them. */
final class TestResults implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Duration LONG = Duration.ofMinutes(5);

    private final NamedThreads threads = new NamedThreads("results-test");
    private final SystemTime time = new SystemTime(threads);
    private final List<RedisResultBackend> open = new ArrayList<>();

    /** The private server that all tests share. */
    static String url(String options) {
        return TestRedis.server().url() + (options.isEmpty() ? "" : "?" + options);
    }

    RedisResultBackend connect(String url) {
        return connect(url, time);
    }

    RedisResultBackend connect(String url, TimeSource time) {
        ServiceUrl parsed = ServiceUrl.parse(url);
        Endpoint endpoint = Endpoint.of(parsed);
        BackendConfig config = new BackendConfig(parsed, "test", Duration.ofSeconds(20), time, threads);
        RedisResultBackend backend = RedisResultBackend.connect(
                config, endpoint, RedisOptions.of(parsed, endpoint).connection());
        open.add(backend);
        return backend;
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static StoredResult result(TaskId id, TaskState state, String value) {
        return new StoredResult(id, state, Bytes.utf8(document(id, state, value)));
    }

    /** As Celery writes it. */
    static String document(TaskId id, TaskState state, String value) {
        return "{\"status\": \"" + state + "\", \"result\": \"" + value + "\", \"traceback\": null, \"children\": [],"
                + " \"date_done\": null, \"task_id\": \"" + id + "\"}";
    }

    static Transition store(RedisResultBackend backend, StoredResult next, Fence fence) {
        return get(backend.transition(TaskRef.of(next.id()), next, fence, LONG));
    }

    static Transition store(RedisResultBackend backend, TaskId id, TaskState state, String value, Fence fence) {
        return store(backend, result(id, state, value), fence);
    }

    @Override
    public void close() {
        open.forEach(RedisResultBackend::close);
        time.close();
    }
}
