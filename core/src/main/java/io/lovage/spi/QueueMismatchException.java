package io.lovage.spi;

import org.jspecify.annotations.Nullable;

/** A queue exists and lacks what is required of it; it stays as it was (rule R1.7). */
public class QueueMismatchException extends BrokerException {
    private static final long serialVersionUID = 1L;

    public QueueMismatchException(String message) {
        this(message, null);
    }

    public QueueMismatchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
