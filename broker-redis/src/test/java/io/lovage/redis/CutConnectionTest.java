package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.testservers.FaultProxy;
import io.lovage.testservers.FaultProxy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A connection that is cut in the middle of a question or of its answer, and comes back: no lease is left that nobody
 * holds and nobody frees. Each story is told for several places of the cut at once, each with a queue of its own.
 */
class CutConnectionTest {
    private static final int MESSAGES = 20;
    private static final Duration LEASE = Duration.ofSeconds(2);
    /** So long that within a test no lease ends by itself: what a cut connection held has to be found. */
    private static final Duration LONG_LEASE = Duration.ofMinutes(10);

    private static final List<Long> TO_SERVER = List.of(0L, 30L, 150L);
    private static final List<Long> TO_CLIENT = List.of(0L, 3L, 20L);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    /** One worker behind a proxy of its own, and where its connection is cut. */
    private final class Sufferer {
        private final Direction direction;
        private final long bytes;
        private final FaultProxy proxy =
                fixture.ends(FaultProxy.to(TestRedis.server().port()));
        private final Broker direct = fixture.broker("");
        private final QueueSpec queue;
        private final Broker.Consumer consumer;
        private final Set<String> finished = new HashSet<>();
        private CompletionStage<Void> torn = CompletableFuture.failedFuture(new IllegalStateException("not torn"));

        Sufferer(Direction direction, long bytes, Duration lease) {
            this.direction = direction;
            this.bytes = bytes;
            this.queue = fixture.declared(direct).withLease(lease);
            this.consumer =
                    fixture.consumer(fixture.connect(proxy.url(TestRedis.url("heartbeat=10s"))), queue, MESSAGES);
            Fixture.get(direct.publish(IntStream.range(0, MESSAGES)
                    .mapToObj(i -> Fixture.to(queue, "m" + i))
                    .toList()));
        }

        List<Delivery> take(int count) {
            List<Delivery> taken = new ArrayList<>();
            while (taken.size() < count) {
                taken.add(Fixture.one(consumer));
            }
            return taken;
        }

        /** The next thing that is said, or answered, will be torn. */
        void tear() {
            torn = proxy.cutAfter(direction, bytes);
        }

        /** Works on what comes, as every worker does; says whether everything is done. */
        boolean works() throws InterruptedException {
            List<Delivery> some = consumer.poll(MESSAGES, Duration.ofMillis(100));
            for (Delivery delivery : some) {
                if (Fixture.settle(delivery, Settlement.ack()).accepted()) {
                    finished.add(Fixture.id(delivery));
                }
            }
            return some.isEmpty() && isEmpty();
        }

        private boolean isEmpty() {
            String ours = "lovage:{" + queue.name() + "}:";
            return TestRedis.bare(redis -> redis.exists(
                            queue.name(), ours + "leases", ours + "held", ours + "counts", ours + "delayed"))
                    == 0;
        }

        @Override
        public String toString() {
            return "torn after " + bytes + " bytes " + direction;
        }
    }

    private List<Sufferer> sufferers(Duration lease) {
        List<Sufferer> all = new ArrayList<>();
        TO_SERVER.forEach(bytes -> all.add(new Sufferer(Direction.TO_SERVER, bytes, lease)));
        TO_CLIENT.forEach(bytes -> all.add(new Sufferer(Direction.TO_CLIENT, bytes, lease)));
        return all;
    }

    private static void awaitEverythingDone(List<Sufferer> all) {
        all.forEach(one -> Fixture.get(one.torn));
        for (Sufferer one : all) {
            Awaitility.await(one.toString()).atMost(Fixture.PATIENCE).until(one::works);
        }
    }

    @Test
    @DisplayName("R4.3, R10.1 cut while it takes: what nobody heard of is taken again, long before its lease ends")
    void cutWhileItTakes() throws InterruptedException {
        List<Sufferer> all = sufferers(LONG_LEASE);
        for (Sufferer one : all) {
            one.tear();
            one.works();
        }

        awaitEverythingDone(all);

        assertThat(all).allSatisfy(one -> assertThat(one.finished).as("%s", one).hasSize(MESSAGES));
    }

    @Test
    @DisplayName("R3.1, R10.1 cut while it settles: what was not settled comes again, what was does not")
    void cutWhileItSettles() {
        List<Sufferer> all = sufferers(LONG_LEASE);
        for (Sufferer one : all) {
            List<Delivery> held = one.take(MESSAGES);
            one.tear();
            held.forEach(delivery -> delivery.settle(Settlement.ack()));
        }

        awaitEverythingDone(all);
    }

    @Test
    @DisplayName("R4.2, R10.1 cut while it renews: what it held comes again, and nothing else is left of it")
    void cutWhileItRenews() {
        List<Sufferer> all = sufferers(LEASE);
        for (Sufferer one : all) {
            one.take(MESSAGES / 2);
            one.tear();
        }

        awaitEverythingDone(all);
    }
}
