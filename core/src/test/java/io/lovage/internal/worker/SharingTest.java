package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.QueueSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How queues share slots, and workers share queues. */
class SharingTest {
    private final Playground playground = new Playground();
    private final Lovage lovage = playground.lovage();
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        mayEnd.countDown();
        playground.close();
    }

    @Test
    void slotsAreSharedByWeight() {
        List<String> order = new CopyOnWriteArrayList<>();
        for (String queue : List.of("heavy", "light")) {
            lovage.sendAll(IntStream.range(0, 40)
                    .mapToObj(x -> SQUARE.with(x).queue(queue).ignoreResult())
                    .toList());
        }
        CountDownLatch bothFetched = new CountDownLatch(1);
        Worker worker = lovage.worker()
                .queue(QueueSpec.of("heavy"), 3)
                .queue(QueueSpec.of("light"), 1)
                .concurrency(1)
                .prefetch(40)
                .handle(SQUARE, (x, context) -> {
                    bothFetched.await();
                    order.add(context.queue());
                    return x;
                })
                .start();
        waitUntil(() -> worker.stats().taken() == 80);
        bothFetched.countDown();
        waitUntil(() -> worker.stats().succeeded() == 80);

        // The first task was taken before the other queue was there; from then on it is exact.
        long heavy = order.subList(1, 41).stream().filter("heavy"::equals).count();
        assertThat(heavy).isEqualTo(30);
    }

    @Test
    @DisplayName("what waits too long behind a long task is given back, and another worker gets it")
    void whatWaitsBehindALongTaskIsGivenBack() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        lovage.send(SQUARE, 1);
        Worker busy = lovage.worker()
                .concurrency(1)
                .prefetch(10)
                .handle(SQUARE, (x, context) -> {
                    begun.countDown();
                    mayEnd.await();
                    return x;
                })
                .start();
        begun.await();
        List<AsyncResult<Integer>> waiting =
                lovage.sendAll(IntStream.range(2, 8).mapToObj(SQUARE::with).toList());
        waitUntil(() -> busy.stats().taken() == 7);

        playground.passTimeUntil(() -> busy.stats().released() == 6);
        ManualWorker other = playground
                .lovage()
                .worker()
                .handle(SQUARE, (x, context) -> x * x)
                .manual();
        assertThat(other.runAll()).isEqualTo(6);
        for (int i = 0; i < waiting.size(); i++) {
            assertThat(waiting.get(i).get(SOON)).isEqualTo((i + 2) * (i + 2));
        }
        assertThat(busy.stats().taken())
                .as("the busy one does not take them back")
                .isEqualTo(7);

        AsyncResult<Integer> later = lovage.send(SQUARE, 9);
        mayEnd.countDown();
        assertThat(later.get(SOON)).as("it fetches again once a slot is free").isEqualTo(9);
    }

    @Test
    void byDefaultNothingWaitsBehindALongTask() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        lovage.sendAll(IntStream.range(0, 10).mapToObj(SQUARE::with).toList());
        Worker worker = lovage.worker()
                .concurrency(2)
                .handle(SQUARE, (x, context) -> {
                    begun.countDown();
                    mayEnd.await();
                    return x;
                })
                .start();
        begun.await();

        assertThat(playground.stats().ready()).hasValue(8);
        assertThat(worker.stats().taken()).isEqualTo(2);
    }

    @Test
    void slotsAreVirtualThreadsWhereTheJvmHasThem() throws InterruptedException {
        Task<Integer, String> task = Task.of("who", Integer.class, String.class);
        AsyncResult<String> result = lovage.send(task, 1);
        lovage.worker()
                .name("importer")
                .concurrency(1)
                .handle(task, (x, context) -> Thread.currentThread().toString())
                .start();

        assertThat(result.get(SOON))
                .contains("playground-importer-slot-1")
                .startsWith(Runtime.version().feature() < 21 ? "Thread[" : "VirtualThread[");
    }

    @Test
    void aDeliveryThatIsLostWhileItWaitsIsDropped() throws InterruptedException {
        Playground.Connection connection = playground.connect();
        CountDownLatch begun = new CountDownLatch(1);
        Worker worker = connection
                .lovage()
                .worker()
                .concurrency(1)
                .prefetch(5)
                .handle(SQUARE, (x, context) -> {
                    begun.countDown();
                    mayEnd.await();
                    return x;
                })
                .start();
        lovage.sendAll(IntStream.range(0, 5).mapToObj(SQUARE::with).toList());
        begun.await();
        waitUntil(() -> worker.stats().taken() == 5);

        connection.memory().freeze();
        playground.clock.advance(QueueSpec.DEFAULT_LEASE.plusSeconds(1));
        ManualWorker other = lovage.worker().handle(SQUARE, (x, context) -> x).manual();
        assertThat(other.runAll()).isEqualTo(5);
        connection.memory().thaw();
        mayEnd.countDown();

        assertThat(worker.stop(SOON)).isEqualTo(Worker.Shutdown.FINISHED);
        // the one that ran has lost its lease; those that waited too, unless they were given back just before
        assertThat(worker.stats().leaseLost()).isPositive();
        assertThat(worker.stats().leaseLost() + worker.stats().released()).isEqualTo(5);
        assertThat(worker.stats().succeeded()).isZero();
        assertThat(playground.messages()).isZero();
    }
}
