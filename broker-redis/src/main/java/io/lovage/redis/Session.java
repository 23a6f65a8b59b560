package io.lovage.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lovage.spi.BrokerUnavailableException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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

    /** Plain commands that concern no key. */
    RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return wire.commands();
    }

    /** Asks the server that holds a key. */
    <T> CompletionStage<T> ask(
            byte[] key, Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> question) {
        return wire.serverOf(key).thenCompose(question);
    }

    /**
     * Runs a script on the server that holds its first key. It is sent by its digest; a server that does not know it
     * (after {@code SCRIPT FLUSH}, a restart, a failover) has not run it, and gets it whole. The stage fails with what
     * the server or the client library said, see {@link RedisErrors#doing}.
     */
    <T> CompletableFuture<T> run(Script script, byte[][] keys, byte[]... arguments) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> server = wire.serverOf(keys[0]);
        server.whenComplete((commands, unreachable) -> {
            if (unreachable == null) {
                run(commands, script, keys, arguments, answer);
            } else {
                finish(answer, null, unreachable);
            }
        });
        return answer;
    }

    private <T> void run(
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            Script script,
            byte[][] keys,
            byte[][] arguments,
            CompletableFuture<T> answer) {
        CompletionStage<T> byDigest = commands.evalsha(script.sha1(), script.output(), keys, arguments);
        byDigest.whenComplete((value, failure) -> {
            if (failure instanceof RedisNoScriptException) {
                CompletionStage<T> whole = commands.eval(script.source(), script.output(), keys, arguments);
                whole.whenComplete((late, lateFailure) -> finish(answer, late, lateFailure));
            } else {
                finish(answer, value, failure);
            }
        });
    }

    /** Completes, and ends the session when the failure says that it is of no more use. */
    private <T> void finish(CompletableFuture<T> answer, @Nullable T value, @Nullable Throwable failure) {
        if (failure == null) {
            answer.complete(value);
            return;
        }
        if (!RedisErrors.isAnswer(failure) || RedisErrors.isOfOther(failure)) {
            end();
        }
        answer.completeExceptionally(
                wire.isCluster() && RedisErrors.isOfOther(failure)
                        ? new BrokerUnavailableException("the cluster has another layout now", failure)
                        : failure);
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
