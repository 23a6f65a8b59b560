package io.lovage.redis;

import io.lovage.envelope.Envelope;
import io.lovage.spi.Bytes;
import io.lovage.spi.ResultHead;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a reply list, which is this client's alone: whoever pushes wakes it. What was read is removed afterwards, by a
 * second command; a connection that is lost between the two shows the same replies once more, and loses none. That
 * command names what was read, since one that was sent over a lost connection may arrive late. Thread-safe.
 */
final class ReplyReader implements Link.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplyReader.class);
    private static final int AT_ONCE = 100;
    private static final String NO_RESULTS = "no results come at present";

    private final Complaints complaints = new Complaints();
    private final AtomicBoolean reading = new AtomicBoolean();
    private final byte[] list;
    private final Link link;
    private final Consumer<StoredResult> arrived;
    private final Waiter waiter;
    private volatile boolean closed;

    /**
     * Begins with {@link #start}.
     *
     * @param connector makes the connection that waits
     * @param link the connection that reads
     * @param arrived is told of each reply, in order
     */
    ReplyReader(
            byte[] list,
            Connector connector,
            Link link,
            TimeSource time,
            Duration heartbeat,
            Consumer<StoredResult> arrived) {
        this.list = list;
        this.link = link;
        this.arrived = arrived;
        this.waiter = new Waiter(list, connector, time, heartbeat, this::read);
    }

    void start() {
        link.listen(this);
    }

    @Override
    public void connected(Session session) {
        read();
    }

    @Override
    public void lost(Session session) {
        reading.set(false);
    }

    /** What was pushed first is at the right end. When there is nothing, the server says when there is. */
    private void read() {
        Optional<Session> session = link.now();
        if (closed || session.isEmpty() || !reading.compareAndSet(false, true)) {
            return;
        }
        CompletionStage<List<byte[]>> answer = session.get().commands().lrange(list, -AT_ONCE, -1);
        answer.whenComplete((envelopes, failure) -> {
            if (failure != null) {
                notRead(session.get(), failure);
            } else if (envelopes.isEmpty()) {
                complaints.over(NO_RESULTS);
                reading.set(false);
                waiter.arm();
            } else {
                remove(session.get(), envelopes);
            }
        });
    }

    private void remove(Session session, List<byte[]> envelopes) {
        List<byte[]> inOrder = new ArrayList<>(envelopes);
        Collections.reverse(inOrder);
        inOrder.forEach(envelope -> result(envelope).ifPresent(arrived));
        CompletionStage<Long> removed =
                session.run(Scripts.TRIM, new byte[][] {list}, inOrder.get(0), Scripts.bytes(envelopes.size()));
        removed.whenComplete((done, failure) -> {
            reading.set(false);
            if (failure != null) {
                notRead(session, failure);
            } else {
                read();
            }
        });
    }

    /**
     * A refusal is tried again when the waiter, which is refused as well, says so; a lost connection when it is back.
     */
    private void notRead(Session session, Throwable failure) {
        reading.set(false);
        if (closed) {
            return;
        }
        if (!RedisErrors.isAnswer(failure)) {
            session.end();
            return;
        }
        String reason = RedisErrors.text(RedisErrors.doing("read the replies", failure));
        if (complaints.isNew(NO_RESULTS, reason)) {
            log.warn("{}: {}; it is tried again, and not said again", NO_RESULTS, reason);
        }
        waiter.arm();
    }

    /**
     * Whoever waits for a result that cannot be read is told that it failed, instead of nothing (rule R11.8). Empty
     * when nobody can be told.
     */
    private static Optional<StoredResult> result(byte[] raw) {
        Envelope envelope = Envelope.read(raw);
        Bytes document = envelope.message().body();
        Optional<ResultHead> head = envelope.defect().isEmpty() ? ResultHead.read(document) : Optional.empty();
        Optional<TaskId> id = head.flatMap(ResultHead::taskId)
                .or(() -> envelope.message().properties().correlationId())
                .flatMap(ReplyReader::id);
        if (head.isEmpty() || id.isEmpty()) {
            log.warn(
                    "a reply of {} bytes is no result: {}",
                    raw.length,
                    envelope.defect().orElse("it holds no map with a status, or belongs to no task"));
        }
        TaskState state = head.map(ResultHead::status).map(TaskState::new).orElse(TaskState.FAILURE);
        return id.map(task -> new StoredResult(task, state, document));
    }

    private static Optional<TaskId> id(String text) {
        try {
            return Optional.of(new TaskId(text));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    /** What comes later stays for a while and expires. */
    @Override
    public void close() {
        closed = true;
        link.unlisten(this);
        waiter.close();
    }
}
