package io.lovage.spi;

import org.jspecify.annotations.Nullable;

/** There is no such queue. */
public class QueueNotFoundException extends BrokerException {
    private static final long serialVersionUID = 1L;

    public QueueNotFoundException(String message) {
        this(message, null);
    }

    public QueueNotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
