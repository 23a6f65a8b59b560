package io.lovage.redis;

import io.lovage.envelope.Envelope;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Message;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list in which one who has asked finds the answers. It is looked at often, since questions are rare and answered
 * within a second or so; so it needs no connection of its own that blocks. Thread-safe.
 */
final class AnswerList implements Broadcasts.Listening {
    private static final Logger log = LoggerFactory.getLogger(AnswerList.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(25);
    private static final int AT_ONCE = 100;

    private final CompletableFuture<Void> established = new CompletableFuture<>();
    private final BroadcastKeys keys;
    private final Broadcasts.Target.Asker asker;
    private final Link link;
    private final TimeSource time;
    private final Consumer<Message> listener;
    private volatile boolean closed;

    AnswerList(
            BroadcastKeys keys, Broadcasts.Target.Asker asker, Link link, TimeSource time, Consumer<Message> listener) {
        this.keys = keys;
        this.asker = asker;
        this.link = link;
        this.time = time;
        this.listener = listener;
    }

    /** Binds itself if that was not done, takes what there is, and looks again a little later. */
    void look() {
        Optional<Session> session = link.now();
        if (closed || session.isEmpty()) {
            again();
            return;
        }
        CompletionStage<List<byte[]>> found = bound(session.get())
                .thenCompose(done -> session.get().commands().rpop(keys.answers(asker), AT_ONCE));
        found.whenComplete((envelopes, failure) -> {
            if (failure == null) {
                envelopes.forEach(this::hear);
            } else {
                log.debug("answers cannot be read at present", failure);
            }
            again();
        });
    }

    private void again() {
        if (!closed) {
            time.after(LOOK_EVERY, this::look);
        }
    }

    private CompletionStage<?> bound(Session session) {
        if (established.isDone()) {
            return established;
        }
        return session.commands()
                .sadd(keys.bindings(asker.exchange()), keys.binding(asker))
                .thenAccept(added -> established.complete(null));
    }

    private void hear(byte[] raw) {
        Envelope envelope = Envelope.read(raw);
        if (closed || envelope.defect().isPresent()) {
            return;
        }
        try {
            listener.accept(envelope.message());
        } catch (RuntimeException failed) {
            log.error("a listener to answers failed", failed);
        }
    }

    @Override
    public CompletionStage<Void> established() {
        return established.minimalCompletionStage();
    }

    /** Removes the binding, so that nobody answers any more, and what has come. */
    @Override
    public void close() {
        closed = true;
        link.now().ifPresent(session -> {
            CompletionStage<Long> gone = session.commands()
                    .srem(keys.bindings(asker.exchange()), keys.binding(asker))
                    .thenCompose(done -> session.commands().del(keys.answers(asker)));
            gone.whenComplete((done, failure) -> {
                if (failure != null) {
                    log.debug("the list of answers was not removed; it expires", failure);
                }
            });
        });
    }
}
