package io.lovage.internal.client;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.ServiceUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Finds the modules that serve a URL's scheme, and says which dependency is missing when none does. */
final class Providers {
    private static final Map<String, String> MODULES = Map.of(
            "amqp", "io.lovage:lovage-broker-rabbitmq",
            "amqps", "io.lovage:lovage-broker-rabbitmq",
            "redis", "io.lovage:lovage-broker-redis",
            "rediss", "io.lovage:lovage-broker-redis",
            "redis-sentinel", "io.lovage:lovage-broker-redis",
            "rediss-sentinel", "io.lovage:lovage-broker-redis",
            "redis-cluster", "io.lovage:lovage-broker-redis",
            "rediss-cluster", "io.lovage:lovage-broker-redis",
            "kafka", "io.lovage:lovage-broker-kafka",
            "kafkas", "io.lovage:lovage-broker-kafka");

    private Providers() {}

    static BrokerProvider broker(ServiceUrl url) {
        return findBroker(url)
                .orElseThrow(() -> new ConfigurationException(
                        "broker URL " + url.masked() + ": " + brokerProblem(url).orElse("")));
    }

    /** What is wrong with the scheme of a broker URL, if anything. */
    static Optional<String> brokerProblem(ServiceUrl url) {
        if (findBroker(url).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(problem(url, "broker", schemes(BrokerProvider.class, BrokerProvider::schemes)));
    }

    private static Optional<BrokerProvider> findBroker(ServiceUrl url) {
        return all(BrokerProvider.class).stream()
                .filter(provider -> provider.schemes().contains(url.scheme()))
                .findFirst();
    }

    /** The one that serves this scheme beside this broker. */
    static ResultBackendProvider results(ServiceUrl url, Broker broker) {
        List<ResultBackendProvider> serving = findResults(url);
        if (serving.isEmpty()) {
            throw new ConfigurationException(
                    "result URL " + url.masked() + ": " + resultsProblem(url).orElse(""));
        }
        return serving.stream()
                .filter(provider -> provider.worksWith(broker))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("result URL " + url.masked()
                        + ": this result backend does not work beside broker '"
                        + broker.capabilities().broker() + "'; name another one, or disabled:// for none"));
    }

    /** What is wrong with the scheme of a result URL, if anything; known before anything is connected. */
    static Optional<String> resultsProblem(ServiceUrl url) {
        if (url.scheme().equals(DisabledResults.SCHEME) || !findResults(url).isEmpty()) {
            return Optional.empty();
        }
        Set<String> schemes = schemes(ResultBackendProvider.class, ResultBackendProvider::schemes);
        schemes.add(DisabledResults.SCHEME);
        return Optional.of(problem(url, "result backend", schemes));
    }

    private static List<ResultBackendProvider> findResults(ServiceUrl url) {
        return all(ResultBackendProvider.class).stream()
                .filter(provider -> provider.schemes().contains(url.scheme()))
                .toList();
    }

    private static String problem(ServiceUrl url, String what, Set<String> found) {
        String schemes = "; schemes found: " + String.join(", ", found);
        String module = MODULES.get(url.scheme());
        return module == null
                ? "there is no " + what + " with the scheme '" + url.scheme() + "'" + schemes
                : "no " + what + " on the class path serves " + url.scheme() + "://; add the dependency " + module
                        + schemes;
    }

    private static <T> Set<String> schemes(Class<T> type, Function<T, Set<String>> schemes) {
        Set<String> found = new TreeSet<>();
        all(type).forEach(provider -> found.addAll(schemes.apply(provider)));
        return found;
    }

    /** From the application's class loader first, then from the one that loaded Lovage; each kind once. */
    private static <T> List<T> all(Class<T> type) {
        List<T> found = new ArrayList<>();
        ServiceLoader.load(type).forEach(found::add);
        for (T provider : ServiceLoader.load(type, Providers.class.getClassLoader())) {
            if (found.stream().noneMatch(known -> known.getClass() == provider.getClass())) {
                found.add(provider);
            }
        }
        return found;
    }
}
