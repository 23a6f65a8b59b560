package io.lovage.redis;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.WorkerStats;
import io.lovage.spi.BrokerException;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tasks that are sent and executed at the same time, by a client and a worker with connections of their own. Until the
 * fault every second task that was confirmed is executed, so that the fault finds some that wait, some that are held
 * and some that are done. A task whose sending was not confirmed is sent again under its id, as an application would.
 */
final class TaskFlow implements AutoCloseable {
    static final int TASKS = 5_000;

    private static final Task<String, String> TASK = Task.of("flow.step", String.class, String.class);
    private static final int AT_ONCE = 10;
    private static final int BEFORE_THE_FAULT = 2_000;
    /** The last ones are sent after the fault, however fast the machine is. */
    private static final int AFTER_THE_FAULT = 1_000;

    private static final Duration CONFIRMED_WITHIN = Duration.ofSeconds(4);
    private static final long PAUSE_MILLIS = 50;

    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> executed = new ConcurrentHashMap<>();
    private final Semaphore mayRun = new Semaphore(0);
    private final CountDownLatch flowing = new CountDownLatch(1);
    private final CountDownLatch struck = new CountDownLatch(1);
    private final CompletableFuture<Void> allSent = new CompletableFuture<>();
    private final String queue;
    private final Lovage client;
    private final Lovage processor;
    private final Worker worker;
    private int refusedCalls;

    TaskFlow(String url, QueueSpec queue) {
        this.queue = queue.name();
        this.client = connect(url);
        this.processor = connect(url);
        this.worker = processor
                .worker()
                .queue(queue, 1)
                .concurrency(4)
                .prefetch(50)
                .handle(TASK, (argument, context) -> {
                    mayRun.acquire();
                    executed.merge(context.id(), 1, Integer::sum);
                    return argument;
                })
                .start();
        Thread sender = new Thread(this::sendAll, "sender");
        sender.setDaemon(true);
        sender.start();
    }

    private static Lovage connect(String url) {
        return Lovage.builder()
                .broker(url)
                .results("disabled://")
                .publishTimeout(CONFIRMED_WITHIN)
                .build();
    }

    private void sendAll() {
        Deque<String> left = new ArrayDeque<>();
        for (int i = 0; i < TASKS; i++) {
            left.add("t" + i);
        }
        try {
            while (!left.isEmpty()) {
                send(left);
                if (confirmed.size() >= BEFORE_THE_FAULT) {
                    flowing.countDown();
                }
                if (left.size() <= AFTER_THE_FAULT) {
                    struck.await();
                }
            }
            allSent.complete(null);
        } catch (InterruptedException | RuntimeException e) {
            allSent.completeExceptionally(e);
        }
    }

    /** What is not confirmed goes back to those that are left. */
    private void send(Deque<String> left) throws InterruptedException {
        List<String> ids = new ArrayList<>();
        while (ids.size() < AT_ONCE && !left.isEmpty()) {
            ids.add(left.remove());
        }
        List<String> unconfirmed = List.of();
        try {
            client.sendAll(ids.stream()
                    .map(id -> TASK.with(id).id(id).queue(queue).ignoreResult())
                    .toList());
        } catch (BrokerException e) {
            if (!e.retryable()) {
                throw e;
            }
            refusedCalls++;
            unconfirmed = e instanceof PublishException failure ? failure.unconfirmed() : ids;
            left.addAll(unconfirmed);
            struck.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        ids.removeAll(unconfirmed);
        confirmed.addAll(ids);
        mayRun.release(ids.size() / 2);
    }

    /** Until tasks are being sent and executed. */
    void awaitFlowing() throws InterruptedException {
        if (!flowing.await(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("only " + confirmed.size() + " tasks were confirmed within " + Fixture.PATIENCE);
        }
    }

    /** How many confirmed tasks have not been executed yet. */
    int waiting() {
        return (int) confirmed.stream().filter(id -> !executed.containsKey(id)).count();
    }

    /** The fault has happened: from now on everything is sent and executed as fast as it can be. */
    void faultHasStruck() {
        mayRun.release(Integer.MAX_VALUE / 2);
        struck.countDown();
    }

    /** Until everything is confirmed. */
    void awaitSent() {
        Fixture.get(allSent);
    }

    /** Confirmed and not executed. */
    List<String> missing() {
        return confirmed.stream().filter(id -> !executed.containsKey(id)).toList();
    }

    int confirmed() {
        return confirmed.size();
    }

    /** In words, for whoever reads the output of the test. */
    String told() {
        WorkerStats stats = worker.stats();
        long twice = executed.values().stream().filter(times -> times > 1).count();
        return confirmed.size() + " confirmed (" + refusedCalls + " calls were refused and repeated), "
                + executed.size()
                + " executed, " + missing().size() + " lost, " + twice + " executed more than once; worker: "
                + stats.redelivered() + " redelivered, " + stats.leaseLost() + " leases lost, " + stats.settledUnknown()
                + " settlements without an answer";
    }

    @Override
    public void close() {
        faultHasStruck();
        processor.close();
        client.close();
    }
}
