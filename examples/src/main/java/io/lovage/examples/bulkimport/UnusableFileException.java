package io.lovage.examples.bulkimport;

import org.jspecify.annotations.Nullable;

/** A file that cannot be imported; the message is one line that names the file and the reason. */
public class UnusableFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableFileException(String message) {
        this(message, null);
    }

    public UnusableFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
