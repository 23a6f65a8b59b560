package io.lovage.spi;

import org.jspecify.annotations.Nullable;

/** The root of what brokers and result backends throw. Messages name the remedy and hold no secret. */
public abstract class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected BrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public abstract boolean retryable();
}
