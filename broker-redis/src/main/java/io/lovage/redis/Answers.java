package io.lovage.redis;

import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Asks the server and waits for the answer: for what is not on a hot path. Thread-safe.
 *
 * @param limit how long a connection and an answer may take
 */
record Answers(Link link, Duration limit) {
    /**
     * The answer.
     *
     * @param what for the error: {@code delete queue 'x'}
     * @throws BrokerException when there is none, or a refusal
     */
    <T> T to(String what, Function<Session, ? extends CompletionStage<T>> question) {
        try {
            return question.apply(link.await(limit)).toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw RedisErrors.doing(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted; could not " + what, e);
        }
    }
}
