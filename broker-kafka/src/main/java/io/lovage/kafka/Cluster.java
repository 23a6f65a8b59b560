package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to ask the cluster about itself and to change it. Thread-safe. */
final class Cluster implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Cluster.class);
    /** What Kafka's admin client says to every question when its thread has ended: has died, or was closed. */
    private static final String DEAD = "thread has exited";

    private static final int PROBE_MILLIS = 1_000;

    private final ClientSettings settings;
    private final Duration patience;
    private final Supplier<Admin> admins;
    private volatile Admin admin;
    private volatile boolean closed;

    private Cluster(Supplier<Admin> admins, ClientSettings settings, Duration patience) {
        this.admins = admins;
        this.settings = settings;
        this.patience = patience;
        this.admin = admins.get();
    }

    /**
     * Nothing is asked yet.
     *
     * @param patience how long a question may take
     * @param heartbeat how long a server may leave it unanswered
     */
    static Cluster of(ClientSettings settings, String clientName, Duration patience, Duration heartbeat) {
        int millis = Math.toIntExact(patience.toMillis());
        Map<String, Object> own = Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.min(millis, Math.toIntExact(heartbeat.toMillis())));
        try {
            return new Cluster(
                    () -> Admin.create(settings.with(clientName + "-admin", AdminClientConfig.configNames(), own)),
                    settings,
                    patience);
        } catch (KafkaException e) {
            throw refused(settings, e);
        }
    }

    /** Names that nobody resolves are told like settings that cannot be; the one may heal, the other not. */
    private static BrokerException refused(ClientSettings settings, KafkaException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String text = "cannot connect to " + settings + ": " + KafkaErrors.text(cause);
        return cause instanceof ConfigException && KafkaErrors.text(cause).contains("resolv")
                ? new BrokerUnavailableException(text, failure)
                : new ConfigurationException(text, failure);
    }

    Admin admin() {
        return admin;
    }

    ClientSettings settings() {
        return settings;
    }

    /**
     * Waits for an answer.
     *
     * @param doing completes "cannot ..."
     */
    <T> T get(String doing, Future<T> future) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while waiting to " + doing, e);
        } catch (ExecutionException e) {
            noteFailure(e);
            throw KafkaErrors.doing(doing, e);
        } catch (TimeoutException e) {
            throw new BrokerUnavailableException(
                    "cannot " + doing + ": Kafka did not answer within " + UrlOptions.written(patience), e);
        }
    }

    /**
     * Told of failed answers that nobody waits for with {@link #get}: the next question has a client that lives. Each
     * question that was open fails with the client's death, also late, when there is a new client long since. So the
     * current one is asked: a dead client refuses at once, a living one never does.
     */
    void noteFailure(Throwable failure) {
        Admin suspect = admin;
        if (!closed && isDeath(failure) && refusesAtOnce(suspect)) {
            replace(suspect);
        }
    }

    private static boolean isDeath(Throwable failure) {
        Throwable root = KafkaErrors.root(failure);
        return saysSo(root) || saysSo(root.getCause());
    }

    private static boolean saysSo(@Nullable Throwable failure) {
        return failure instanceof org.apache.kafka.common.errors.TimeoutException
                && KafkaErrors.text(failure).contains(DEAD);
    }

    private static boolean refusesAtOnce(Admin suspect) {
        return suspect.describeCluster(new DescribeClusterOptions().timeoutMs(PROBE_MILLIS))
                .clusterId()
                .isCompletedExceptionally();
    }

    /** Nothing is closed under the lock: closing waits for a thread that may come here. */
    private void replace(Admin dead) {
        synchronized (this) {
            if (closed || !dead.equals(admin)) {
                return;
            }
            admin = admins.get();
        }
        log.warn("the client that asks Kafka has died, perhaps of memory that was used up; there is a new one");
        dead.close(Duration.ZERO);
    }

    /** Waits for an answer, likewise. */
    <T> T wait(String doing, CompletionStage<T> stage) {
        return get(doing, stage.toCompletableFuture());
    }

    /** Idempotent. Whoever still waits for an answer fails. */
    @Override
    public void close() {
        Admin last;
        synchronized (this) {
            closed = true;
            last = admin;
        }
        last.close(Duration.ZERO);
    }
}
