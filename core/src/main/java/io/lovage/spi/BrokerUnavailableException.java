package io.lovage.spi;

import org.jspecify.annotations.Nullable;

/** The broker cannot be reached, or the connection was lost meanwhile; the same call may succeed later. */
public class BrokerUnavailableException extends BrokerException {
    private static final long serialVersionUID = 1L;

    public BrokerUnavailableException(String message) {
        this(message, null);
    }

    public BrokerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
