package io.lovage.testservers;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the environment says about the servers of the tests. Immutable.
 *
 * @param required names of servers whose absence is a failure, from {@code LOVAGE_TEST_REQUIRED}
 * @param foreign addresses of servers somebody else runs, by name, from {@code LOVAGE_TEST_<NAME>_URL}
 */
record RequiredServers(Set<String> required, Map<String, String> foreign) {
    private static final String REQUIRED = "LOVAGE_TEST_REQUIRED";
    private static final Set<String> KNOWN = Set.of("rabbitmq", "redis");

    static RequiredServers from(Map<String, String> environment) {
        Set<String> required = Arrays.stream(
                        environment.getOrDefault(REQUIRED, "").split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (!KNOWN.containsAll(required)) {
            throw new IllegalArgumentException(
                    REQUIRED + "=" + environment.get(REQUIRED) + " is not allowed; allowed: names of " + KNOWN);
        }
        Map<String, String> foreign = KNOWN.stream()
                .filter(name -> environment.containsKey(urlVariable(name)))
                .collect(Collectors.toUnmodifiableMap(name -> name, name -> environment.get(urlVariable(name))));
        return new RequiredServers(required, foreign);
    }

    static String urlVariable(String name) {
        return "LOVAGE_TEST_" + name.toUpperCase(Locale.ROOT) + "_URL";
    }

    /** A private server; the absence of a required one is an error. */
    <S> Availability<S> privateServer(String name, Optional<String> missing, Supplier<S> start) {
        if (foreign.containsKey(name)) {
            return Availability.none(
                    urlVariable(name) + " names a " + name + " of somebody else, whose process tests cannot touch");
        }
        if (missing.isEmpty()) {
            return Availability.of(start.get());
        }
        if (required.contains(name)) {
            throw new IllegalStateException(REQUIRED + " asks for " + name + ", but " + missing.get());
        }
        return Availability.none(missing.get());
    }

    /** The address of a server: the foreign one if there is one, else of a private one. */
    Availability<String> url(String name, Optional<String> missing, Supplier<String> start) {
        return Optional.ofNullable(foreign.get(name))
                .map(Availability::of)
                .orElseGet(() -> privateServer(name, missing, start));
    }
}
