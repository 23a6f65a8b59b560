package io.lovage.spi;

import org.jspecify.annotations.Nullable;

/** The broker refuses the credentials, the virtual host or the operation; somebody must change something. */
public class AccessRefusedException extends BrokerException {
    private static final long serialVersionUID = 1L;

    public AccessRefusedException(String message) {
        this(message, null);
    }

    public AccessRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
