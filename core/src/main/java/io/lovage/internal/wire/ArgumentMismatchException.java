package io.lovage.internal.wire;

/** The arguments of a message do not fit the task's declared argument type; the message names the one that does not. */
public final class ArgumentMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ArgumentMismatchException(String message) {
        super(message);
    }

    public ArgumentMismatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
