package io.lovage.internal.memory;

import static io.lovage.internal.memory.Fixture.LEASE;
import static io.lovage.internal.memory.Fixture.QUEUE;
import static io.lovage.internal.memory.Fixture.get;
import static io.lovage.internal.memory.Fixture.id;
import static io.lovage.internal.memory.Fixture.outbound;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker.Consumer;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Taking, the end of leases and settling at the same time, on several threads, while time passes. Whatever the order:
 * no message is lost, none is settled by two, and whoever lost one has been told before it can matter.
 */
@Timeout(120)
class MemoryRaceTest {
    private static final int WORKERS = 4;
    private static final int MESSAGES = 3_000;
    /** High enough that bad luck alone dead-letters nothing. */
    private static final int NO_LIMIT = 1_000_000;

    private final Map<String, AtomicInteger> handedOut = new ConcurrentHashMap<>();
    private final Map<String, Integer> appliedWithCount = new ConcurrentHashMap<>();
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger polling = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger losses = new AtomicInteger();
    private final AtomicInteger lossesTold = new AtomicInteger();

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @ParameterizedTest(name = "{0} seed {1}")
    @CsvSource({"'',1", "'',2", "'',3", "?answers=sent,4", "?answers=sent,5", "?counts=lower-bound,6"})
    @DisplayName("R2.3 R3.6 R4.7 taking, losing and settling at once lose nothing and apply nothing twice")
    void takingLosingAndSettlingAtOnce(String options, long seed) throws Exception {
        try (Fixture memory = new Fixture(options)) {
            List<FutureTask<Boolean>> workers = IntStream.range(0, WORKERS)
                    .mapToObj(number -> {
                        MemoryBroker connection = memory.connect();
                        Random random = new Random(seed * 1000 + number);
                        return inBackground(() -> work(memory, connection, random));
                    })
                    .toList();
            FutureTask<Boolean> time = inBackground(() -> letTimePass(memory));
            for (int i = 0; i < MESSAGES; i += 10) {
                int from = i;
                get(memory.broker.publish(IntStream.range(from, from + 10)
                        .mapToObj(n -> outbound("m" + n).withPriority(n % 10))
                        .toList()));
            }
            for (FutureTask<Boolean> worker : workers) {
                worker.get();
            }
            time.get();
            assertThat(problems).isEmpty();
            assertThat(appliedWithCount).hasSize(MESSAGES);
            handedOut.forEach((id, count) -> assertThat(appliedWithCount)
                    .as("the last one that had %s applied it", id)
                    .containsEntry(id, count.get()));
            assertThat(memory.ready() + memory.inFlight() + memory.delayed() + memory.dead())
                    .isZero();
            assertThat(lossesTold.get()).isEqualTo(losses.get());
        }
    }

    /** Workers let time pass too; this is for when all of them wait. */
    private boolean letTimePass(Fixture memory) {
        while (done.get() < MESSAGES) {
            if (polling.get() == WORKERS) {
                memory.clock.advance(Duration.ofMillis(100));
            }
            Thread.onSpinWait();
        }
        // so that nobody waits for what will not come
        while (polling.get() > 0) {
            memory.clock.advance(Duration.ofSeconds(1));
            Thread.onSpinWait();
        }
        return true;
    }

    private boolean work(Fixture memory, MemoryBroker connection, Random random) throws InterruptedException {
        ConsumeSpec spec = ConsumeSpec.of(QUEUE.withDeliveryLimit(NO_LIMIT), 1 + random.nextInt(20));
        try (Consumer consumer = connection.consume(random.nextBoolean() ? spec : spec.withoutRenewal())) {
            List<Delivery> late = new ArrayList<>();
            while (done.get() < MESSAGES) {
                List<Delivery> taken = poll(consumer, 1 + random.nextInt(5));
                for (Delivery delivery : taken) {
                    handle(delivery, random, late);
                }
                memory.clock.advance(Duration.ofMillis(random.nextInt((int) LEASE.toMillis() / 10)));
                Collections.shuffle(late, random);
                while (late.size() > (taken.isEmpty() ? 0 : 5)) {
                    finish(late.remove(late.size() - 1), Settlement.ack());
                }
            }
            late.forEach(delivery -> finish(delivery, Settlement.ack()));
        }
        return true;
    }

    private List<Delivery> poll(Consumer consumer, int max) throws InterruptedException {
        polling.incrementAndGet();
        try {
            return consumer.poll(max, Duration.ofSeconds(1));
        } finally {
            polling.decrementAndGet();
        }
    }

    private void handle(Delivery delivery, Random random, List<Delivery> late) {
        AtomicInteger last = handedOut.computeIfAbsent(id(delivery), first -> new AtomicInteger());
        last.accumulateAndGet(delivery.deliveryCount(), Math::max);
        switch (random.nextInt(10)) {
            case 0 -> finish(delivery, Settlement.release(Duration.ZERO));
            case 1 -> finish(delivery, Settlement.release(Duration.ofMillis(random.nextInt(500))));
            case 2 -> {
                delivery.abandon();
                late.add(delivery);
            }
            case 3, 4 -> late.add(delivery);
            default -> finish(delivery, Settlement.ack());
        }
    }

    private void finish(Delivery delivery, Settlement how) {
        boolean[] told = {false};
        Settled settled = get(delivery.settle(how));
        delivery.onLost(() -> told[0] = true);
        if (settled == Settled.LEASE_LOST) {
            losses.incrementAndGet();
            lossesTold.addAndGet(told[0] ? 1 : 0);
        } else if (told[0]) {
            problems.add(delivery + " was settled and lost");
        } else if (how instanceof Settlement.Ack) {
            if (appliedWithCount.put(id(delivery), delivery.deliveryCount()) != null) {
                problems.add(delivery + " was applied twice");
            }
            done.incrementAndGet();
        }
    }

    @Test
    @DisplayName("R10.7 nothing keeps what was done, whatever is still held before it")
    void nothingKeepsWhatWasDone() throws InterruptedException {
        try (Fixture memory = new Fixture()) {
            Consumer consumer = memory.consumer();
            memory.publish("held as long as the consumer lives");
            Delivery held = Fixture.takeOne(consumer);
            List<Delivery> settledAndKept = new ArrayList<>();
            List<WeakReference<Message>> gone = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int batch = i;
                get(memory.broker.publish(IntStream.range(0, 90)
                        .mapToObj(number -> outbound(batch + "-" + number))
                        .toList()));
                List<Delivery> taken = Fixture.take(consumer);
                taken.forEach(Fixture::ack);
                settledAndKept.add(taken.get(0));
                taken.stream()
                        .skip(1)
                        .forEach(delivery ->
                                gone.add(new WeakReference<>(delivery.message().message())));
            }
            for (int i = 0; i < 50 && gone.stream().anyMatch(message -> message.get() != null); i++) {
                System.gc();
            }
            // the last batch may still be on this thread's stack
            assertThat(gone.stream().filter(message -> message.get() != null)).hasSizeLessThan(100);
            assertThat(settledAndKept).hasSize(100);
            assertThat(Fixture.ack(held)).isEqualTo(Settled.APPLIED);
        }
    }

    @Test
    @DisplayName("R5.4 R10.7 a million messages, a hundred thousand of them delayed, drain in order")
    void aMillionMessagesDrainInOrder() throws InterruptedException {
        try (Fixture memory = new Fixture()) {
            Message shared = Fixture.message("one of many");
            int batch = 10_000;
            for (int i = 0; i < 100; i++) {
                Duration delay = Duration.ofSeconds(i % 10 == 0 ? 1 : 0);
                get(memory.broker.publish(Collections.nCopies(
                        batch, OutboundMessage.to(QUEUE.name(), shared).delayedBy(delay))));
            }
            assertThat(memory.delayed()).isEqualTo(100_000);
            memory.clock.advance(Duration.ofSeconds(1));
            Consumer consumer = memory.broker.consume(ConsumeSpec.of(QUEUE, 1_000));
            int taken = 0;
            for (List<Delivery> some = consumer.poll(1_000, Duration.ZERO);
                    !some.isEmpty();
                    some = consumer.poll(1_000, Duration.ZERO)) {
                taken += some.size();
                some.forEach(Fixture::ack);
            }
            assertThat(taken).isEqualTo(1_000_000);
            assertThat(memory.inFlight()).isZero();
        }
    }
}
