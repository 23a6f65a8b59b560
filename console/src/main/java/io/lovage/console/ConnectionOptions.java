package io.lovage.console;

import io.lovage.Lovage;
import io.lovage.spi.ServiceUrl;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the broker and the results are. */
final class ConnectionOptions {
    private static final String BROKER_VARIABLE = "LOVAGE_BROKER_URL";
    private static final String MEMORY = "memory";

    private final Map<String, String> environment;
    private final boolean alone;

    @Option(
            names = {"-b", "--broker"},
            paramLabel = "URL",
            description = "the broker, such as amqp://user:password@host:5672/vhost; default: $" + BROKER_VARIABLE)
    private @Nullable String broker;

    @Option(
            names = {"-r", "--results"},
            paramLabel = "URL",
            description = "the result backend; default: $LOVAGE_RESULT_URL, else the broker's own")
    private @Nullable String results;

    ConnectionOptions(Map<String, String> environment, boolean alone) {
        this.environment = environment;
        this.alone = alone;
    }

    /** Connects as {@code name}. */
    Lovage connect(String name) {
        checkBroker();
        Lovage.Builder builder = Lovage.builder().environment(environment).name(name);
        Optional.ofNullable(broker).ifPresent(builder::broker);
        Optional.ofNullable(results).ifPresent(builder::results);
        return builder.build();
    }

    /** Connects, if a result can come to whoever sends a task there. */
    Lovage connectForResult(String name) {
        checkBroker();
        checkKept(resultScheme());
        return connect(name);
    }

    /** Connects, if results can be looked up there by somebody who did not send the task. */
    Lovage connectForLookup(String name) {
        checkBroker();
        String scheme = resultScheme();
        checkKept(scheme);
        if (scheme.equals("rpc")) {
            throw new UsageException("over rpc:// a result reaches only the process that sent the task (send --wait);"
                    + " give -r the URL of a result backend that keeps results");
        }
        return connect(name);
    }

    /** The broker's own, where nobody says otherwise: over a connection of RabbitMQ or Kafka that is {@code rpc}. */
    private String resultScheme() {
        String url = results == null ? environment.getOrDefault("LOVAGE_RESULT_URL", "") : results;
        String scheme = ServiceUrl.parse(url.isBlank() ? brokerUrl() : url).scheme();
        boolean ownIsRpc = scheme.startsWith("amqp") || (url.isBlank() && scheme.startsWith("kafka"));
        return ownIsRpc ? "rpc" : scheme;
    }

    private static void checkKept(String scheme) {
        if (scheme.equals("disabled")) {
            throw new UsageException("disabled:// keeps no results, so none will come;"
                    + " give -r the URL of a result backend, or none for the broker's own");
        }
    }

    private String brokerUrl() {
        return broker == null ? environment.getOrDefault(BROKER_VARIABLE, "") : broker;
    }

    private void checkBroker() {
        String url = brokerUrl();
        if (url.isBlank()) {
            throw new UsageException("no broker: give -b URL or set " + BROKER_VARIABLE);
        }
        if (alone && ServiceUrl.parse(url).scheme().equals(MEMORY)) {
            throw new UsageException(
                    "memory:// is seen by one process only; give -b the URL of a broker that others see");
        }
    }
}
