package io.lovage.testservers;

import java.util.Optional;
import java.util.function.Function;

/**
 * A server that tests may use, or the reason why there is none. Knows no test framework:
 *
 * <pre>{@code
 * RabbitServer rabbit = TestServers.rabbit().orSkip(TestAbortedException::new);
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

    /** The server, or the reason thrown as the exception with which a test framework skips a test. */
    public S orSkip(Function<String, ? extends RuntimeException> skip) {
        return server.orElseThrow(() -> skip.apply(reason));
    }
}
