package io.lovage.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lovage.spi.Bytes;
import io.lovage.spi.GroupCounters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The members of chords, counted in the keys in which Celery's workers count them: {@code .j} holds the parts by their
 * places, {@code .s} the size, {@code .t} what was added to it since. Thread-safe.
 */
final class GroupParts implements GroupCounters {
    private static final Script COUNT = Script.alone("count_part", ScriptOutputType.MULTI);
    private static final String LAST = "+inf";

    private final Link link;
    private final ResultKeys keys;

    GroupParts(Link link, ResultKeys keys) {
        this.link = link;
        this.keys = keys;
    }

    @Override
    public CompletionStage<Void> expect(String group, int size, Duration timeToLive) {
        return ask(
                "tell the size of group " + group,
                session -> session.commands()
                        .set(
                                keys.group(group, ".s"),
                                bytes(Integer.toString(size)),
                                SetArgs.Builder.px(ResultStore.millis(timeToLive)))
                        .thenAccept(done -> {}));
    }

    @Override
    public CompletionStage<Count> add(String group, OptionalInt index, Bytes part, Duration timeToLive) {
        byte[] place = bytes(index.isPresent() ? Integer.toString(index.getAsInt()) : LAST);
        byte[] life = bytes(Long.toString(ResultStore.millis(timeToLive)));
        return ask(
                "count a member of group " + group,
                session -> session.<List<Long>>run(COUNT, all(group), place, part.toArray(), life)
                        .thenApply(GroupParts::count));
    }

    private static Count count(List<Long> answer) {
        OptionalLong size = answer.size() > 1 ? OptionalLong.of(answer.get(1)) : OptionalLong.empty();
        return new Count(answer.get(0), size);
    }

    @Override
    public CompletionStage<List<Bytes>> parts(String group) {
        return ask(
                "read the parts of group " + group,
                session -> session.commands()
                        .zrange(all(group)[0], 0, -1)
                        .thenApply(parts -> parts.stream().map(Bytes::wrap).toList()));
    }

    @Override
    public CompletionStage<Void> forget(String group) {
        return ask(
                "forget group " + group,
                session -> session.commands().del(all(group)).thenAccept(removed -> {}));
    }

    private byte[][] all(String group) {
        return new byte[][] {keys.group(group, ".j"), keys.group(group, ".t"), keys.group(group, ".s")};
    }

    private <T> CompletionStage<T> ask(String what, Function<Session, CompletionStage<T>> question) {
        Optional<Session> session = link.now();
        if (session.isEmpty()) {
            return CompletableFuture.failedFuture(link.notConnected());
        }
        return question.apply(session.get()).exceptionally(failure -> {
            throw new CompletionException(RedisErrors.doing(what, failure));
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
