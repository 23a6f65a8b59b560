package io.lovage.redis;

import io.lettuce.core.ScriptOutputType;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.ResultHead;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is stored of each task, and how it changes: one script compares and sets. Commands follow each other on the one
 * connection without waiting for answers. What was not answered fails, and may be tried again: a final state that is
 * already there as it was written counts as written. Thread-safe.
 */
final class ResultStore implements Link.Listener {
    private static final Logger log = LoggerFactory.getLogger(ResultStore.class);
    private static final Script STORE = Script.alone("store_result", ScriptOutputType.MULTI);
    private static final Script FORGET = Script.alone("forget_result", ScriptOutputType.INTEGER);
    private static final Duration LONGEST_LIFE = Duration.ofDays(36_500);
    private static final String NO_DOCUMENT = "NODOCUMENT";
    private static final String WRONG_TYPE = "WRONGTYPE";

    /** Something else lies where the result should; it stays as it is, and no repetition helps. */
    private static final class ForeignValueException extends BrokerException {
        private static final long serialVersionUID = 1L;

        ForeignValueException(byte[] key, String reason, @Nullable Throwable cause) {
            super(
                    "the key '" + new String(key, StandardCharsets.UTF_8) + "' holds no result (" + reason
                            + "); it was left as it is: delete it, or keep results under another ?key_prefix=",
                    cause);
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    private final Link link;
    private final ResultKeys keys;

    ResultStore(Link link, ResultKeys keys) {
        this.link = link;
        this.keys = keys;
    }

    /** Brings the script along: otherwise all that is on its way when it is missing would have to be sent twice. */
    @Override
    public void connected(Session session) {
        CompletionStage<String> known = session.commands().scriptLoad(bytes(STORE.source()));
        known.exceptionally(failure -> {
            log.debug("the script is sent with the first command instead", failure);
            return "";
        });
    }

    @Override
    public void lost(Session session) {
        // whatever had no answer yet has failed
    }

    /** Stores, unless a final state or a newer fence stands in the way (rules R11.1 and R11.6). */
    CompletionStage<Transition> transition(StoredResult next, Fence fence, Duration timeToLive) {
        byte[][] both = keys(next.id());
        return ask(
                next.id(),
                "store the state " + next.state() + " of",
                session -> session.<List<byte[]>>run(
                                STORE,
                                both,
                                next.document().toArray(),
                                bytes(next.state().name()),
                                bytes(fence.retries()),
                                bytes(fence.deliveryCount()),
                                bytes(millis(timeToLive)))
                        .thenApply(held -> transition(next, held)));
    }

    private static Transition transition(StoredResult next, List<byte[]> held) {
        if (held.isEmpty()) {
            return new Transition(true, next);
        }
        TaskState state = new TaskState(new String(held.get(0), StandardCharsets.UTF_8));
        return new Transition(false, new StoredResult(next.id(), state, Bytes.wrap(held.get(1))));
    }

    static long millis(Duration timeToLive) {
        Duration bounded = timeToLive.compareTo(LONGEST_LIFE) < 0 ? timeToLive : LONGEST_LIFE;
        return Math.max(1, bounded.toMillis());
    }

    CompletionStage<Optional<StoredResult>> find(TaskId id) {
        byte[] key = keys.document(id);
        return ask(
                id,
                "read the result of",
                session -> session.commands().get(key).thenApply(document -> found(id, document)));
    }

    private Optional<StoredResult> found(TaskId id, byte @Nullable [] document) {
        if (document == null) {
            return Optional.empty();
        }
        Bytes held = Bytes.wrap(document);
        ResultHead head = ResultHead.read(held)
                .orElseThrow(() -> new ForeignValueException(keys.document(id), "no map with a status", null));
        return Optional.of(new StoredResult(id, new TaskState(head.status()), held));
    }

    CompletionStage<Boolean> forget(TaskId id) {
        byte[][] both = keys(id);
        return ask(
                id,
                "forget the result of",
                session -> session.<Long>run(FORGET, both).thenApply(removed -> removed > 0));
    }

    private byte[][] keys(TaskId id) {
        return new byte[][] {keys.document(id), keys.fence(id)};
    }

    /** Asks now or not at all: whoever asks knows better whether it is worth waiting for. */
    private <T> CompletionStage<T> ask(TaskId id, String what, Function<Session, CompletionStage<T>> question) {
        Optional<Session> session = link.now();
        if (session.isEmpty()) {
            return CompletableFuture.failedFuture(link.notConnected());
        }
        return question.apply(session.get()).exceptionally(failure -> {
            throw new CompletionException(told(id, what, failure));
        });
    }

    private BrokerException told(TaskId id, String what, Throwable failure) {
        String answer = RedisErrors.rootMessage(failure);
        return answer.startsWith(NO_DOCUMENT) || answer.startsWith(WRONG_TYPE)
                ? new ForeignValueException(keys.document(id), answer, failure)
                : RedisErrors.doing(what + " task " + id, failure);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
