package io.lovage.internal.wire;

/** An argument, a result or a report cannot be written as JSON; the message names its type. */
public final class UnserialisableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public UnserialisableException(String message, Throwable cause) {
        super(message, cause);
    }
}
