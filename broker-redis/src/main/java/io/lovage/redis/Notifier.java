package io.lovage.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lovage.redis.SubscriptionPlan.Step;
import io.lovage.redis.Waiters.Waiting;
import io.lovage.spi.Bytes;
import io.lovage.spi.ResultHead;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A state is published on a channel, and a channel remembers nothing. So whoever begins to wait is subscribed first, and
 * when that is confirmed the document is read once: what was stored before the reading is seen by it, what is stored
 * after it is published to a subscriber. After a lost connection all of it begins again, for everything somebody waits
 * for. Readings take the connection for commands, which fails and comes back by itself; what could not be read then is
 * read when it is there again.
 */
/** Tells of states to whoever waits, over one connection for all of them (rule R11.2). Thread-safe. */
final class Notifier {
    private static final Logger log = LoggerFactory.getLogger(Notifier.class);
    private static final int READS_AT_ONCE = 500;
    private static final Duration PAUSE_WHEN_REFUSED = Duration.ofSeconds(2);

    private static final String SUBSCRIBE = "subscribe";

    private final Complaints complaints = new Complaints();
    private final ReentrantLock lock = new ReentrantLock();
    /* all guarded by lock */
    private final Waiters waiters = new Waiters();
    private final SubscriptionPlan plan = new SubscriptionPlan();
    private final Set<TaskId> toRead = new LinkedHashSet<>();
    /** What was published and is no document, until the key was read. */
    private final Map<TaskId, Bytes> unreadable = new HashMap<>();

    private int reading;
    private boolean readRefused;
    private @Nullable Session hearing;
    private boolean refused;
    private TimeSource.@Nullable Timer impatience;

    private final Link asking;
    private final ResultKeys keys;
    private final TimeSource time;
    private final Duration patience;
    private final Executor callbacks;

    /**
     * Begins.
     *
     * @param asking the connection for commands
     * @param patience a server that does not confirm a subscription for so long is given up
     * @param callbacks runs the listeners, in order
     */
    Notifier(Link asking, ResultKeys keys, TimeSource time, Duration patience, Executor callbacks) {
        this.asking = asking;
        this.keys = keys;
        this.time = time;
        this.patience = patience;
        this.callbacks = callbacks;
    }

    /** Is to hear of the connection that hears what is published. */
    Link.Listener ofHearing() {
        return new Link.Listener() {
            @Override
            public void connected(Session session) {
                begin(session);
            }

            @Override
            public void lost(Session session) {
                end(session);
            }
        };
    }

    /** Is to hear of the connection for commands. */
    Link.Listener ofAsking() {
        return new Link.Listener() {
            @Override
            public void connected(Session session) {
                advance();
            }

            @Override
            public void lost(Session session) {
                // what was being read fails by itself, and is read again
            }
        };
    }

    void add(TaskId id, Waiting one) {
        lock.lock();
        try {
            boolean first = waiters.add(id, one);
            if (first) {
                plan.want(id);
            }
            if (plan.isSubscribed(id) && (first || one.everyState())) {
                toRead.add(id);
            }
        } finally {
            lock.unlock();
        }
        advance();
    }

    void remove(TaskId id, Waiting one) {
        lock.lock();
        try {
            if (waiters.remove(id, one)) {
                plan.leave(id);
                toRead.remove(id);
                unreadable.remove(id);
            }
        } finally {
            lock.unlock();
        }
        advance();
    }

    private void begin(Session session) {
        lock.lock();
        try {
            if (session.equals(hearing)) {
                return;
            }
            hearing = session;
            bePatient();
            toRead.clear();
            plan.begin(waiters.tasks());
            session.wire().hearing().addListener(new Ears(session));
        } finally {
            lock.unlock();
        }
        advance();
    }

    private void end(Session session) {
        lock.lock();
        try {
            if (session.equals(hearing)) {
                hearing = null;
                bePatient();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What one connection hears. The client library calls it, in order. */
    private final class Ears extends RedisPubSubAdapter<byte[], byte[]> {
        private final Session session;

        Ears(Session session) {
            this.session = session;
        }

        @Override
        public void message(byte[] channel, byte[] document) {
            keys.task(channel).ifPresent(id -> published(id, document));
        }

        @Override
        public void subscribed(byte[] channel, long count) {
            keys.task(channel).ifPresent(id -> confirmed(session, true, id));
        }

        @Override
        public void unsubscribed(byte[] channel, long count) {
            keys.task(channel).ifPresent(id -> confirmed(session, false, id));
        }
    }

    private void confirmed(Session session, boolean subscribes, TaskId id) {
        Optional<Step> done;
        lock.lock();
        try {
            done = session.equals(hearing) ? plan.confirmed(subscribes, id) : Optional.empty();
            if (done.isPresent()) {
                bePatient();
                complaints.over(SUBSCRIBE);
            }
            done.filter(Step::subscribes)
                    .ifPresent(step ->
                            step.tasks().stream().filter(waiters::areFor).forEach(toRead::add));
        } finally {
            lock.unlock();
        }
        if (done.isPresent()) {
            advance();
        }
    }

    /** Sends what there is to send: one command for channels, and some readings. */
    private void advance() {
        Session ears;
        Optional<Step> step = Optional.empty();
        List<TaskId> wanted = List.of();
        Optional<Session> mouth = asking.now();
        lock.lock();
        try {
            ears = hearing;
            if (ears != null && !refused) {
                step = plan.next();
                step.ifPresent(this::beImpatient);
            }
            if (mouth.isPresent()) {
                wanted = nextReadings();
            }
        } finally {
            lock.unlock();
        }
        if (ears != null && step.isPresent()) {
            send(ears, step.get());
        }
        for (TaskId id : wanted) {
            read(mouth.get(), id);
        }
    }

    /** With the lock. */
    private List<TaskId> nextReadings() {
        List<TaskId> next = new ArrayList<>();
        Iterator<TaskId> all = toRead.iterator();
        while (reading < READS_AT_ONCE && all.hasNext()) {
            next.add(all.next());
            all.remove();
            reading++;
        }
        return next;
    }

    private void send(Session ears, Step step) {
        byte[][] channels = step.tasks().stream().map(keys::document).toArray(byte[][]::new);
        CompletionStage<Void> answer = step.subscribes()
                ? ears.wire().hearing().async().subscribe(channels)
                : ears.wire().hearing().async().unsubscribe(channels);
        answer.whenComplete((done, failure) -> {
            if (failure != null) {
                refused(ears, step, failure);
            }
        });
    }

    /** With the lock: one step is under way at a time, and so one timer. */
    private void beImpatient(Step step) {
        bePatient();
        impatience = time.after(patience, () -> giveUpIfUnconfirmed(step));
    }

    /** With the lock. */
    private void bePatient() {
        if (impatience != null) {
            impatience.cancel();
            impatience = null;
        }
    }

    /** Without the confirmation nothing would ever be sent again, and nobody would be told of it. */
    private void giveUpIfUnconfirmed(Step step) {
        Session ears;
        boolean unconfirmed;
        lock.lock();
        try {
            ears = hearing;
            unconfirmed = plan.isUnderWay(step);
        } finally {
            lock.unlock();
        }
        if (ears != null && unconfirmed) {
            log.warn("Redis does not confirm a subscription to results; the connection is given up");
            ears.end();
        }
    }

    /** A lost connection is told elsewhere; but where the server refuses, an operator has to change something. */
    private void refused(Session ears, Step step, Throwable failure) {
        if (!RedisErrors.isAnswer(failure)) {
            ears.end();
            return;
        }
        String reason = RedisErrors.text(RedisErrors.doing("subscribe to results", failure));
        if (complaints.isNew(SUBSCRIBE, reason)) {
            log.warn("results cannot be waited for: {}; it is tried again, and not said again", reason);
        }
        lock.lock();
        try {
            refused = true;
            bePatient();
            plan.refused(step, waiters::areFor);
        } finally {
            lock.unlock();
        }
        time.after(PAUSE_WHEN_REFUSED, () -> {
            lock.lock();
            try {
                refused = false;
            } finally {
                lock.unlock();
            }
            advance();
        });
    }

    private void read(Session mouth, TaskId id) {
        CompletionStage<byte[]> answer = mouth.commands().get(keys.document(id));
        answer.whenComplete((document, failure) -> {
            if (failure != null && !RedisErrors.isAnswer(failure)) {
                mouth.end();
            }
            wasRead(id, document, failure);
        });
    }

    private void wasRead(TaskId id, byte @Nullable [] document, @Nullable Throwable failure) {
        boolean lost = failure != null && !RedisErrors.isAnswer(failure);
        boolean refused = failure != null && !lost && !RedisErrors.isWrongType(failure);
        boolean firstRefusal;
        List<Waiting> ready = List.of();
        lock.lock();
        try {
            reading--;
            if (lost && waiters.areFor(id)) {
                toRead.add(id);
            } else if (plan.isSubscribed(id)) {
                ready = waiters.of(id);
            }
            if (!lost && !refused) {
                told(id, document, failure).ifPresent(state -> tell(state, waiters.read(state)));
            }
            firstRefusal = refused && !readRefused;
            readRefused = refused || (lost && readRefused);
        } finally {
            lock.unlock();
        }
        if (failure != null && refused) {
            readAgainLater(id, firstRefusal, failure);
        }
        ready.forEach(one -> one.ready().complete(null));
        advance();
    }

    /** With the lock: what is told of what the key holds, or does not hold. */
    private Optional<StoredResult> told(TaskId id, byte @Nullable [] document, @Nullable Throwable wrongType) {
        @Nullable Bytes published = unreadable.remove(id);
        if (wrongType != null) {
            return Optional.of(unreadable(id, Bytes.utf8(RedisErrors.rootMessage(wrongType))));
        }
        if (document != null) {
            Bytes held = Bytes.wrap(document);
            return Optional.of(result(id, held).orElseGet(() -> unreadable(id, held)));
        }
        return Optional.ofNullable(published).map(bytes -> unreadable(id, bytes));
    }

    /** An operator, or time, may change it. */
    private void readAgainLater(TaskId id, boolean say, Throwable failure) {
        if (say) {
            log.warn(
                    "the result of task {} cannot be read, and is tried again: {}",
                    id,
                    RedisErrors.doing("read it", failure).getMessage());
        }
        time.after(PAUSE_WHEN_REFUSED, () -> readIfWaitedFor(id));
    }

    private void readIfWaitedFor(TaskId id) {
        lock.lock();
        try {
            if (waiters.areFor(id)) {
                toRead.add(id);
            }
        } finally {
            lock.unlock();
        }
        advance();
    }

    /** What is published and cannot be read tells nothing: the key is asked, and what it holds is told. */
    private void published(TaskId id, byte[] document) {
        Bytes published = Bytes.wrap(document);
        Optional<StoredResult> result = result(id, published);
        lock.lock();
        try {
            result.ifPresent(state -> tell(state, waiters.published(state)));
            if (result.isEmpty() && waiters.areFor(id)) {
                unreadable.put(id, published);
                toRead.add(id);
            }
        } finally {
            lock.unlock();
        }
        advance();
    }

    private static Optional<StoredResult> result(TaskId id, Bytes document) {
        return ResultHead.read(document).map(head -> new StoredResult(id, new TaskState(head.status()), document));
    }

    /** Whoever waits for a result that cannot be read is told that it failed, instead of nothing (rule R11.8). */
    private static StoredResult unreadable(TaskId id, Bytes document) {
        log.warn("what lies or came where the result of task {} should be is no result: told as a failure", id);
        return new StoredResult(id, TaskState.FAILURE, document);
    }

    /** With the lock, which gives the order; the listeners run without it. */
    private void tell(StoredResult state, List<Waiting> told) {
        if (state.state().isFinal() && !told.isEmpty()) {
            plan.leave(state.id());
            toRead.remove(state.id());
            unreadable.remove(state.id());
        }
        for (Waiting one : told) {
            callbacks.execute(() -> {
                one.ready().complete(null);
                one.tell(state);
            });
        }
    }

    /** Nobody waits any more, and nobody is told. */
    void clear() {
        lock.lock();
        try {
            waiters.clear();
            toRead.clear();
            unreadable.clear();
            plan.begin(List.of());
            bePatient();
            hearing = null;
        } finally {
            lock.unlock();
        }
    }

    /** How many channels and waiting tasks it knows of; for tests of what must not grow. */
    int size() {
        lock.lock();
        try {
            return plan.size() + waiters.tasks().size() + toRead.size() + unreadable.size();
        } finally {
            lock.unlock();
        }
    }
}
