package io.lovage.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** What a lease of a broker is bound to. */
public sealed interface LeaseModel {
    /**
     * Lasts until a deadline by the broker's clock, and is renewed.
     *
     * @param detection how long after the deadline the message is handed out again at the latest (rule R4.1)
     */
    record UntilDeadline(Duration detection) implements LeaseModel {}

    /**
     * Lasts while the connection lives.
     *
     * @param longest how long one delivery may be held, where the server ends it (rule R4.2); empty where nothing does,
     *     or where the module moves the delivery in time
     */
    record WhileConnected(Optional<Duration> longest) implements LeaseModel {}

    /** Handles both kinds in one place. */
    default <T> T fold(Function<UntilDeadline, T> untilDeadline, Function<WhileConnected, T> whileConnected) {
        return this instanceof UntilDeadline u ? untilDeadline.apply(u) : whileConnected.apply((WhileConnected) this);
    }
}
