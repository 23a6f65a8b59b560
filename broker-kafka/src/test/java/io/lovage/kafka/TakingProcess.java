package io.lovage.kafka;

import io.lovage.Lovage;
import io.lovage.Task;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** A worker in a process of its own, to be killed while it runs a task. */
final class TakingProcess {
    static final Task<String, String> TASK = Task.of("pitfall.killed", String.class, String.class);
    static final String TAKEN = "taken";

    private TakingProcess() {}

    /**
     * Runs until it is killed, or its input ends.
     *
     * @param arguments the URL and the queue
     */
    public static void main(String[] arguments) throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (Lovage lovage = Lovage.builder()
                .broker(arguments[0])
                .results("disabled://")
                .name("taking")
                .build()) {
            lovage.worker()
                    .queues(arguments[1])
                    .concurrency(1)
                    .handle(TASK, (argument, context) -> {
                        System.out.println(TAKEN);
                        never.await();
                        return argument;
                    })
                    .start();
            int next = System.in.read();
            while (next >= 0) {
                next = System.in.read();
            }
        }
    }
}
