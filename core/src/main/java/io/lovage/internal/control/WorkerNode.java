package io.lovage.internal.control;

import io.lovage.internal.wire.ProcessName;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A worker's part in a Celery system: says that it is there, every two seconds, tells of its tasks if that is wanted,
 * and obeys remote control. Its threads exist only while there is something for them to do. Thread-safe.
 */
public final class WorkerNode {
    /** As Celery's workers. */
    static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final int MOST_WAITING = 100;
    private static final int IDLE_SECONDS = 5;

    private final LongAdder refused = new LongAdder();
    private final NodeName name;
    private final Broadcasts broadcasts;
    private final TimeSource time;
    private final EventSender events;
    private final Mailbox mailbox;
    private final ThreadPoolExecutor telling;
    private final ThreadPoolExecutor obeying;
    private final Vitals vitals;
    private Broadcasts.@Nullable Listening listening;
    private TimeSource.@Nullable Timer nextBeat;
    private boolean ended;

    /**
     * What a node is.
     *
     * @param taskEvents whether it tells of its tasks from the start
     */
    public record Spec(NodeName name, ProcessName process, boolean taskEvents) {}

    /** Begins; nothing is heard or said before {@link #start}. */
    public WorkerNode(Spec spec, Broadcasts broadcasts, Revoked revoked, ControlledWorker worker, Around around) {
        this.name = spec.name();
        this.broadcasts = broadcasts;
        this.time = around.time();
        this.telling = executor(around.threads(), "events");
        this.obeying = executor(around.threads(), "control");
        this.vitals = new Vitals(worker);
        LogicalClock clock = new LogicalClock();
        EventSender.Means means = new EventSender.Means(broadcasts, spec.name(), spec.process(), clock, time, telling);
        this.events = new EventSender(means, spec.taskEvents());
        Map<String, Command> commands = new LinkedHashMap<>();
        commands.putAll(new Inspection(worker, spec.name(), spec.process()).commands());
        commands.putAll(new Revocation(revoked, spec.name(), clock).commands());
        commands.putAll(new NodeCommands(worker, events, this::heartbeat).commands());
        commands.putAll(new Statistics(
                        worker,
                        spec.process(),
                        clock,
                        time,
                        Map.of(
                                "events_dropped", () -> events.dropped(),
                                "control_ignored", () -> mailbox().ignored(),
                                "control_unreadable", () -> mailbox().unreadable(),
                                "control_refused", refused::sum))
                .commands());
        this.mailbox = new Mailbox(means.with(obeying), commands);
    }

    /** Clock and threads. */
    public record Around(TimeSource time, Threads threads) {}

    private Mailbox mailbox() {
        return mailbox;
    }

    private ThreadPoolExecutor executor(Threads threads, String role) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                threads.named(role),
                (task, full) -> refused.increment());
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Through which the worker tells of its tasks. */
    public EventSender events() {
        return events;
    }

    /** Says that the worker is there, and listens. */
    public synchronized void start() {
        listening = broadcasts.listen(new Broadcasts.Source.Node(name.value()), mailbox::hear);
        events.worker("worker-online", vitals.read());
        beatLater();
    }

    private synchronized void beatLater() {
        if (!ended) {
            nextBeat = time.after(HEARTBEAT, this::beat);
        }
    }

    private void beat() {
        heartbeat();
        beatLater();
    }

    private void heartbeat() {
        events.worker("worker-heartbeat", vitals.read());
    }

    /** Says that the worker has gone, after what it had to tell of its tasks; hears nothing more. Idempotent. */
    public void stop() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            if (nextBeat != null) {
                nextBeat.cancel();
            }
            if (listening != null) {
                listening.close();
            }
        }
        obeying.shutdown();
        telling.shutdown();
        events.sendBuffered();
        events.worker("worker-offline", vitals.read());
    }
}
