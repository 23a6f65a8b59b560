package io.lovage.internal.wire;

import org.jspecify.annotations.Nullable;

/** Refuses what the signatures promise and the next commits bring. */
final class Unbuilt {
    private Unbuilt() {}

    @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"}) // leaves with the next commits
    static <T> T refuse(@Nullable Object... ignored) {
        throw new UnsupportedOperationException("the wire codec is being built: " + ignored.length);
    }
}
