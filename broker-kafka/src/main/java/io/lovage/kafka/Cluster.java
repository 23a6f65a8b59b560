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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** The way to ask the cluster about itself and to change it. Thread-safe. */
final class Cluster implements AutoCloseable {
    private final Admin admin;
    private final ClientSettings settings;
    private final Duration patience;

    private Cluster(Admin admin, ClientSettings settings, Duration patience) {
        this.admin = admin;
        this.settings = settings;
        this.patience = patience;
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
                    Admin.create(settings.with(clientName + "-admin", AdminClientConfig.configNames(), own)),
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
            throw KafkaErrors.doing(doing, e);
        } catch (TimeoutException e) {
            throw new BrokerUnavailableException(
                    "cannot " + doing + ": Kafka did not answer within " + UrlOptions.written(patience), e);
        }
    }

    /** Waits for an answer, likewise. */
    <T> T wait(String doing, CompletionStage<T> stage) {
        return get(doing, stage.toCompletableFuture());
    }

    /** Idempotent. Whoever still waits for an answer fails. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
