package io.lovage.internal.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Waiting for what brokers and backends answer later. */
final class Stages {
    private Stages() {}

    /** Waits for an answer that comes within the backend's own timeout; throws what the stage failed with. */
    static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw unchecked(cause(e));
        }
    }

    /** What a stage failed with, without the wrappers that stages put around it. */
    static Throwable cause(Throwable error) {
        Throwable cause = error.getCause();
        boolean wrapper = error instanceof CompletionException || error instanceof ExecutionException;
        return wrapper && cause != null ? cause : error;
    }

    static RuntimeException unchecked(Throwable error) {
        if (error instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (error instanceof Error fatal) {
            throw fatal;
        }
        CancellationException cancelled = new CancellationException(String.valueOf(error.getMessage()));
        cancelled.initCause(error);
        return cancelled;
    }
}
