package io.lovage.testservers;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the environment says about the servers of the tests. Immutable.
 *
 * @param required names of servers whose absence is a failure, from {@code LOVAGE_TEST_REQUIRED}
 * @param skipped names of servers that are not to be used, from {@code LOVAGE_TEST_SKIPPED}
 * @param foreign addresses of servers somebody else runs, by name, from {@code LOVAGE_TEST_<NAME>_URL}
 */
record RequiredServers(Set<String> required, Set<String> skipped, Map<String, String> foreign) {
    private static final String REQUIRED = "LOVAGE_TEST_REQUIRED";
    private static final String SKIPPED = "LOVAGE_TEST_SKIPPED";
    private static final Set<String> SERVERS = Set.of("rabbitmq", "redis", "kafka");
    /** Celery is none, but is there or not in the same way. */
    private static final Set<String> KNOWN = Set.of("rabbitmq", "redis", "kafka", "celery");

    static RequiredServers from(Map<String, String> environment) {
        Set<String> required = names(environment, REQUIRED);
        Set<String> skipped = names(environment, SKIPPED);
        if (required.stream().anyMatch(skipped::contains)) {
            throw new IllegalArgumentException(
                    REQUIRED + "=" + required + " and " + SKIPPED + "=" + skipped + " contradict each other");
        }
        Map<String, String> foreign = SERVERS.stream()
                .filter(name -> environment.containsKey(urlVariable(name)))
                .collect(Collectors.toUnmodifiableMap(name -> name, name -> environment.get(urlVariable(name))));
        return new RequiredServers(required, skipped, foreign);
    }

    private static Set<String> names(Map<String, String> environment, String variable) {
        Set<String> names = Arrays.stream(environment.getOrDefault(variable, "").split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (!KNOWN.containsAll(names)) {
            throw new IllegalArgumentException(
                    variable + "=" + environment.get(variable) + " is not allowed; allowed: names of " + KNOWN);
        }
        return names;
    }

    static String urlVariable(String name) {
        return "LOVAGE_TEST_" + name.toUpperCase(Locale.ROOT) + "_URL";
    }

    /** A private server; the absence of a required one is an error. */
    <S> Availability<S> privateServer(String name, Supplier<Optional<String>> missing, Supplier<S> start) {
        if (skipped.contains(name)) {
            return Availability.none(SKIPPED + " names " + name);
        }
        if (foreign.containsKey(name)) {
            return Availability.none(
                    urlVariable(name) + " names a " + name + " of somebody else, whose process tests cannot touch");
        }
        Optional<String> reason = missing.get();
        if (reason.isEmpty()) {
            return Availability.of(start.get());
        }
        if (required.contains(name)) {
            throw new IllegalStateException(REQUIRED + " asks for " + name + ", but " + reason.get());
        }
        return Availability.none(reason.get());
    }

    /**
     * Several private servers that work together. They do not run in containers: where others do, their absence is no
     * error, even of required ones.
     */
    <S> Availability<S> privateServers(
            String name, BooleanSupplier containers, Supplier<Optional<String>> missing, Supplier<S> start) {
        if (!skipped.contains(name) && missing.get().isPresent() && containers.getAsBoolean()) {
            return Availability.none("several servers together do not run in containers, and "
                    + missing.get().get());
        }
        return privateServer(name, missing, start);
    }

    /** The address of a server: the foreign one if there is one, else of a private one. */
    Availability<String> url(String name, Supplier<Optional<String>> missing, Supplier<String> start) {
        String elsewhere = foreign.get(name);
        if (elsewhere == null || skipped.contains(name)) {
            return privateServer(name, missing, start);
        }
        return Availability.of(elsewhere);
    }
}
