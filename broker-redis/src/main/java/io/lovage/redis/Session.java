package io.lovage.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One generation of the connection, with an owner token that nobody had before: what a lost connection left on the
 * server is never touched by the next one. Thread-safe.
 */
final class Session {
    private final Wire wire;
    private final ServerFacts facts;
    private final String token;

    Session(Wire wire, ServerFacts facts) {
        this.wire = wire;
        this.facts = facts;
        this.token = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** Names everything that was taken over this connection. */
    String token() {
        return token;
    }

    ServerFacts facts() {
        return facts;
    }

    Wire wire() {
        return wire;
    }

    /** Plain commands; what is not a script. */
    RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return wire.commands();
    }

    /**
     * Runs a script. It is sent by its digest; a server that does not know it (after {@code SCRIPT FLUSH}, a restart, a
     * failover) has not run it, and gets it whole. The stage fails with what the server or the client library said, see
     * {@link RedisErrors#doing}.
     */
    <T> CompletableFuture<T> run(Script script, byte[][] keys, byte[]... arguments) {
        RedisFuture<T> byDigest = commands().evalsha(script.sha1(), script.output(), keys, arguments);
        CompletableFuture<T> answer = new CompletableFuture<>();
        byDigest.whenComplete((value, failure) -> {
            if (failure instanceof RedisNoScriptException) {
                RedisFuture<T> whole = commands().eval(script.source(), script.output(), keys, arguments);
                whole.whenComplete((late, lateFailure) -> finish(answer, late, lateFailure));
            } else {
                finish(answer, value, failure);
            }
        });
        return answer;
    }

    /** Completes, and ends the session when the failure says that it is of no more use. */
    private <T> void finish(CompletableFuture<T> answer, T value, Throwable failure) {
        if (failure == null) {
            answer.complete(value);
            return;
        }
        if (!RedisErrors.isAnswer(failure) || RedisErrors.isOfReplica(failure)) {
            end();
        }
        answer.completeExceptionally(failure);
    }

    boolean isOver() {
        return !wire.isOpen();
    }

    /** Ends this generation: the {@link Link} makes the next. Idempotent. */
    void end() {
        wire.close();
    }

    /** Runs {@code action} once when it is over, at once when it already is. */
    void onOver(Runnable action) {
        wire.onLost(action);
    }

    @Override
    public String toString() {
        return "Session[" + token + "]";
    }
}
