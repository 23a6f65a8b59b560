package io.lovage.redis.pitfall;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.Worker;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A whole worker in a process of its own, to be frozen while it runs a task. Its handler ends when it is told to; then
 * the worker ends when it is told to, and says what it has counted. Arguments: URL, queue, lease in milliseconds, URL
 * of the results.
 */
final class FrozenVictim {
    static final Task<Boolean, String> TASK = Task.of("frozen.step", Boolean.class, String.class);
    static final String LOST = "lost";
    static final String STATS = "stats ";
    static final String RESULT = "of the frozen worker";

    private static final long LOOK_EVERY_MILLIS = 10;

    private FrozenVictim() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        QueueSpec queue = QueueSpec.of(args[1]).withLease(Duration.ofMillis(Long.parseLong(args[2])));
        CountDownLatch ended = new CountDownLatch(1);
        Lovage lovage =
                Lovage.builder().broker(args[0]).results(args[3]).name("frozen").build();
        Worker worker = lovage.worker()
                .queue(queue, 1)
                .concurrency(1)
                .handle(TASK, (waits, context) -> {
                    try {
                        return run(waits, context);
                    } finally {
                        ended.countDown();
                    }
                })
                .start();
        Lifeline.say(Lifeline.READY);
        ended.await();
        Lifeline.awaitCommand();
        worker.stop(StoryBroker.PATIENCE);
        Lifeline.say(STATS + worker.stats());
        lovage.close();
    }

    /** Ends late: after it has heard of the loss of the lease, or as soon as it is told to. */
    private static String run(boolean waitsForTheLoss, TaskContext context) throws IOException, InterruptedException {
        Lifeline.say(Lifeline.TAKEN);
        CountDownLatch never = new CountDownLatch(1);
        while (waitsForTheLoss && !context.leaseLost()) {
            never.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (waitsForTheLoss) {
            Lifeline.say(LOST);
        }
        Lifeline.awaitCommand();
        return RESULT;
    }
}
