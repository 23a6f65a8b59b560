package io.lovage.spi;

import org.jspecify.annotations.Nullable;

/** Configuration that cannot work; the message names every key, its value and what is allowed. */
public class ConfigurationException extends BrokerException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        this(message, null);
    }

    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
