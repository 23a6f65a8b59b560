package io.lovage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;

class StopStageTest {
    private static final Task<Arguments, Object> WAITING = Task.untyped("waiting");

    /**
     * The slot of an interrupted handler gives its delivery back, and the stopping thread, which waits for exactly
     * that, may look at what runs before the slot has forgotten the delivery. It must not take that for a handler that
     * did not heed the interrupt: the command line makes an exit code of the answer.
     */
    @RepeatedTest(200)
    void aHandlerThatHeedsTheInterruptIsNotSaidToBeLeft() throws InterruptedException {
        try (Lovage lovage = Lovage.inMemory()) {
            CountDownLatch running = new CountDownLatch(1);
            Worker worker = lovage.worker()
                    .concurrency(1)
                    .handle(WAITING, (arguments, context) -> {
                        running.countDown();
                        new CountDownLatch(1).await();
                        return "not reached";
                    })
                    .start();
            lovage.send(WAITING, Arguments.none());
            running.await();
            assertThat(worker.stop(Duration.ofMillis(1))).isEqualTo(Worker.Shutdown.INTERRUPTED);
        }
    }
}
