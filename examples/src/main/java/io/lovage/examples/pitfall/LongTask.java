package io.lovage.examples.pitfall;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.Worker;
import io.lovage.WorkerStats;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One task that runs for longer than its lease, and two workers, each with a connection of its own, as two processes
 * have. Without renewal the broker gives the task to the second worker while the first still runs it; with renewal it
 * runs once. Plays once; not for reuse.
 */
public final class LongTask {
    private static final Task<String, String> IMPORT = Task.of("pitfall.import", String.class, String.class);
    private static final int WORKERS = 2;
    private static final long LOOK_EVERY_MILLIS = 20;

    /**
     * What is played.
     *
     * @param brokerUrl the broker with its options
     * @param queue with the lease; made for the play and deleted after it
     * @param length how long the task runs
     * @param renew whether leases are renewed
     */
    public record Scene(String brokerUrl, QueueSpec queue, Duration length, boolean renew) {}

    /**
     * What came of it.
     *
     * @param executions how often the task was begun
     * @param acknowledged how many of them the broker took as the end of the task
     * @param refused how many of them had lost their lease, so that nothing was written for them
     */
    public record Outcome(int executions, long acknowledged, long refused) {}

    private final AtomicInteger executions = new AtomicInteger();
    private final CountDownLatch twice = new CountDownLatch(WORKERS);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Scene scene;
    private final Timeline timeline;

    public LongTask(Scene scene, Timeline timeline) {
        this.scene = scene;
        this.timeline = timeline;
    }

    /** Plays; returns when both workers have stopped and the queue is deleted. */
    public Outcome play() throws InterruptedException {
        try (Lovage first = connect("worker-1");
                Lovage second = connect("worker-2")) {
            try {
                List<Worker> workers = List.of(start(first, "worker-1"), start(second, "worker-2"));
                first.send(IMPORT.with("flights.csv").queue(scene.queue().name()));
                timeline.event("sent", "one task");
                awaitWhatIsToBeSeen();
                return stop(workers);
            } finally {
                first.deleteQueue(scene.queue().name());
            }
        }
    }

    /** Without a result backend: what is shown here is the broker's part alone. */
    private Lovage connect(String name) {
        return Lovage.builder()
                .broker(scene.brokerUrl())
                .results("disabled://")
                .name(name)
                .build();
    }

    private Worker start(Lovage lovage, String name) {
        return lovage.worker()
                .name(name)
                .queue(scene.queue(), 1)
                .concurrency(1)
                .renewLeases(scene.renew())
                .handle(IMPORT, (file, context) -> run(name, context))
                .start();
    }

    private String run(String worker, TaskContext context) throws InterruptedException {
        boolean again = executions.incrementAndGet() > 1;
        timeline.event(
                again ? "redelivered" : "taken",
                worker + " runs it" + (again ? " too" : "") + ", delivery " + context.deliveryCount());
        twice.countDown();
        Duration end = timeline.elapsed().plus(scene.length());
        CountDownLatch never = new CountDownLatch(1);
        boolean told = false;
        while (timeline.elapsed().compareTo(end) < 0) {
            never.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            if (context.leaseLost() && !told) {
                told = true;
                timeline.event("lease end", worker + " has lost the task, and still runs it");
            }
        }
        timeline.event("finished", worker + (told ? ", whose lease is over" : ""));
        finished.countDown();
        return "done";
    }

    /**
     * Without renewal: that somebody else begins, or that nobody does. With it: the end of the task, and that nobody
     * else begins for another lease.
     */
    private void awaitWhatIsToBeSeen() throws InterruptedException {
        long longest = scene.length().plus(scene.queue().lease()).toMillis();
        if (scene.renew()) {
            boolean ended = finished.await(longest * 2, TimeUnit.MILLISECONDS);
            timeline.event("watched", ended ? "for another lease, whether somebody gets it" : "in vain for the end");
            longest = scene.queue().lease().toMillis();
        }
        boolean begunTwice = twice.await(longest, TimeUnit.MILLISECONDS);
        timeline.event("stopping", begunTwice ? "both workers end what they run, and take no more" : "nothing runs");
    }

    /** Both at once: otherwise the second would take what the first leaves. */
    private Outcome stop(List<Worker> workers) {
        Duration grace = scene.length().multipliedBy(2);
        List<CompletableFuture<Void>> stopping = new ArrayList<>();
        for (Worker worker : workers) {
            stopping.add(CompletableFuture.runAsync(() -> worker.stop(grace), task -> new Thread(task).start()));
        }
        stopping.forEach(CompletableFuture::join);
        long acknowledged = 0;
        long refused = 0;
        for (Worker worker : workers) {
            WorkerStats stats = worker.stats();
            acknowledged += stats.succeeded();
            refused += stats.leaseLost();
            tellHowItWasSettled(worker.name(), stats);
        }
        return new Outcome(executions.get(), acknowledged, refused);
    }

    private void tellHowItWasSettled(String worker, WorkerStats stats) {
        if (stats.succeeded() > 0) {
            timeline.event("settled", worker + ": acknowledged");
        }
        if (stats.leaseLost() > 0) {
            timeline.event("settled", worker + ": LEASE_LOST, nothing was written for it");
        }
    }
}
