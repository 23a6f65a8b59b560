package io.lovage.console;

import org.jspecify.annotations.Nullable;

/** What was asked for cannot work; the message is the line that is shown. */
public class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        this(message, null);
    }

    public UsageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
