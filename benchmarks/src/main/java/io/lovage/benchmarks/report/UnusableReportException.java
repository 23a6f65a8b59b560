package io.lovage.benchmarks.report;

import org.jspecify.annotations.Nullable;

/** A file is no report that this version can read. The message names the key, its value and what to do. */
public final class UnusableReportException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnusableReportException(String message) {
        this(message, null);
    }

    UnusableReportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
