package io.lovage;

import org.jspecify.annotations.Nullable;

/** The root of what waiting for a result throws. */
public abstract class LovageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected LovageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
