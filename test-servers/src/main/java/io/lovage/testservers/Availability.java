package io.lovage.testservers;

import java.util.Optional;
import java.util.function.Function;

/**
 * A server that tests may use, or the reason why there is none. Knows no test framework:
 *
 * <pre>{@code
 * RabbitServer rabbit = TestServers.rabbit().orSkip(Assumptions::abort);
 * }</pre>
 *
 * @param server empty when there is none
 * @param reason why there is none; begins with {@link #PREFIX}; empty when there is one
 */
public record Availability<S>(Optional<S> server, String reason) {
    /** How every reason begins: the test command allows a skip that says so, and no other. */
    public static final String PREFIX = "not available: ";

    static <S> Availability<S> of(S server) {
        return new Availability<>(Optional.of(server), "");
    }

    static <S> Availability<S> none(String reason) {
        return new Availability<>(Optional.empty(), PREFIX + reason);
    }

    /** The server, or what {@code skip} makes of the reason: a test framework's way to skip a test, which throws. */
    public S orSkip(Function<String, S> skip) {
        return server.orElseGet(() -> skip.apply(reason));
    }
}
