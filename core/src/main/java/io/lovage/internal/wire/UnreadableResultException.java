package io.lovage.internal.wire;

import org.jspecify.annotations.Nullable;

/** A result document that cannot be read; the message says why, as the end of "the result cannot be read:". */
public final class UnreadableResultException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnreadableResultException(String why, @Nullable Throwable cause) {
        super(why, cause);
    }
}
