package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.tck.VictimWorker;
import io.lovage.testservers.FaultProxy;
import io.lovage.testservers.VictimProcess;
import io.lovage.testservers.VictimProcess.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What goes wrong while a long task is held, on the real server. */
class LongTaskFaultsTest {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final int CUTS = 8;
    /** What a busy machine may add to a bound. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** A worker in a process of its own, which takes one task and holds it. */
    private static VictimProcess holder(LongTaskFixture tasks) throws InterruptedException {
        VictimProcess victim = tasks.fixture.ends(VictimProcess.start(new Program(
                VictimWorker.class.getName(),
                List.of(
                        tasks.queue.name(),
                        Long.toString(LongTaskFixture.LEASE.toMillis()),
                        Integer.toString(tasks.queue.deliveryLimit()),
                        tasks.queue.deadLetterQueue(),
                        "1"),
                List.of(),
                Map.of("LOVAGE_VICTIM_URL", LongTaskServer.url()))));
        victim.awaitLine("TAKEN 1", Fixture.PATIENCE);
        Awaitility.await("hand-over by the other process")
                .atMost(Fixture.PATIENCE)
                .until(() -> LongTaskServer.isHeld(tasks.queue.name()));
        return victim;
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class OfTheWorker {
        @Test
        @DisplayName("R4.3 a worker that is killed in the midst of a long task gives it back within the lease")
        void killed() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("long");
                VictimProcess victim = holder(tasks);
                LongTaskFixture.letPass(LongTaskServer.CONSUMER_TIMEOUT);
                Broker.Consumer other = tasks.consumer(1);
                assertThat(other.poll(1, MOMENT)).isEmpty();

                victim.kill();
                long killed = System.nanoTime();
                Delivery again = tasks.hold(other);

                assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(LongTaskFixture.LEASE.plus(SLACK));
                assertThat(again.deliveryCount()).isEqualTo(2);
                tasks.awaitHandedOver(List.of(again));
                LongTaskFixture.ack(again);
            }
        }

        @Test
        @DisplayName("R4.5 a worker that is frozen past the lease of a long task learns that it lost")
        void frozen() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("long");
                VictimProcess victim = holder(tasks);
                Broker.Consumer other = tasks.consumer(1);

                victim.freeze();
                Delivery again = tasks.hold(other);
                victim.resume();

                victim.awaitLine("LOST long", Fixture.PATIENCE);
                victim.send("ack long");
                assertThat(victim.awaitLine("SETTLED", Fixture.PATIENCE)).isEqualTo("SETTLED LEASE_LOST long");
                assertThat(again.deliveryCount()).isEqualTo(2);
                assertThat(other.poll(1, MOMENT)).isEmpty();
                LongTaskFixture.ack(again);
            }
        }

        /**
         * The server has not noticed: what it still keeps goes to somebody else, and not to who believes to have lost.
         */
        @Test
        @DisplayName("R4.5 who slept for longer than the lease has lost it by his own clock")
        void asleep() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m0", "m1");
                SkippingClock clock = new SkippingClock(tasks.fixture.time());
                Broker sleepy = tasks.fixture.ends(new RabbitBrokerProvider()
                        .connect(new BrokerConfig(
                                ServiceUrl.parse(LongTaskServer.url()),
                                "sleepy",
                                Fixture.PATIENCE,
                                Fixture.PATIENCE,
                                clock,
                                tasks.fixture.threads())));
                Broker.Consumer worker = tasks.consumer(sleepy, 2);
                List<Delivery> held = tasks.hold(worker, 2);
                tasks.awaitHandedOver(held);
                Fixture.get(worker.drain());
                Broker.Consumer other = tasks.consumer(2);

                clock.skip(LongTaskFixture.LEASE);

                assertThat(Fixture.settle(held.get(0), Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
                assertThat(tasks.hold(other, 2)).allSatisfy(again -> {
                    assertThat(again.deliveryCount()).isEqualTo(2);
                    LongTaskFixture.ack(again);
                });
                tasks.awaitLost(1);
                assertThat(Fixture.settle(held.get(1), Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
            }
        }

        @Test
        @DisplayName("R7.3 a killed worker's long task of a classic queue comes back with its count")
        void killedOnAClassicQueue() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture("&queue_type=classic")) {
                tasks.publish("long");
                VictimProcess first = holder(tasks);
                first.kill();
                Broker.Consumer second = tasks.consumer(1);
                Delivery again = tasks.hold(second);
                assertThat(again.deliveryCount()).isEqualTo(2);

                // What comes over a lost channel now is counted by its flag, on top of its header.
                again.abandon();
                second.close();
                Delivery third = tasks.hold(tasks.consumer(1));

                assertThat(third.deliveryCount()).isEqualTo(3);
                LongTaskFixture.ack(third);
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class OfTheConnection {
        @Test
        @DisplayName("R10.1 a long task outlives a cut connection")
        void cut() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture();
                    FaultProxy proxy =
                            FaultProxy.to("127.0.0.1", LongTaskServer.server().port())) {
                tasks.publish("long");
                Broker behind = tasks.connect(LongTaskServer.withOptions(
                        proxy.url(LongTaskServer.server().url())));
                Delivery held = tasks.holdHandedOver(tasks.consumer(behind, 1));
                Broker.Consumer other = tasks.consumer(1);

                for (int cut = 0; cut < 3; cut++) {
                    proxy.cut();
                    assertThat(other.poll(1, LongTaskServer.CONSUMER_TIMEOUT)).isEmpty();
                }

                assertThat(tasks.lost).hasValue(0);
                LongTaskFixture.ack(held);
                assertThat(other.poll(1, LongTaskFixture.LEASE.plus(MOMENT))).isEmpty();
            }
        }

        /** After any number of bytes: in the midst of a renewal or an acknowledgement. */
        @Test
        @DisplayName("R3.8 whenever the connection is cut, no long task is lost")
        void cutAnywhere() throws Exception {
            cutAgainAndAgain(true);
        }

        /*
         * The story: what had come before the first cut came again, waited in the consumer for somebody to ask for it,
         * and grew as old as a long task. It was given back to the queue and moved to the holding queue at the same
         * time; when the connection was cut just then, only the copy in the holding queue was left. Nobody had been
         * handed it, so nobody ever settled it, and the worker renewed its lease for as long as it lived.
         */
        @Test
        @DisplayName("R3.8 whenever the connection is cut while tasks are handed over, none is lost")
        void cutWhileHandingOver() throws Exception {
            cutAgainAndAgain(false);
        }

        private void cutAgainAndAgain(boolean afterHandOver) throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture();
                    FaultProxy proxy =
                            FaultProxy.to("127.0.0.1", LongTaskServer.server().port())) {
                int many = 10;
                tasks.publish(many);
                Broker behind = tasks.connect(LongTaskServer.withOptions(
                        proxy.url(LongTaskServer.server().url())));
                List<Delivery> held = tasks.hold(tasks.consumer(behind, many), many);
                if (afterHandOver) {
                    tasks.awaitHandedOver(held);
                }
                long seed = System.identityHashCode(tasks);
                Random random = new Random(seed);

                for (int cut = 0; cut < CUTS; cut++) {
                    CompletableFuture<Void> done = proxy.cutAfter(FaultProxy.Direction.TO_SERVER, random.nextInt(4_000))
                            .toCompletableFuture();
                    // What has lost every lease does not say much any more.
                    done.completeOnTimeout(null, LongTaskFixture.LEASE.toSeconds(), TimeUnit.SECONDS)
                            .join();
                }

                List<String> finished = new ArrayList<>();
                for (Delivery one : held) {
                    if (Fixture.settle(one, Settlement.ack()).accepted()) {
                        finished.add(Fixture.id(one));
                    }
                }
                Broker.Consumer other = tasks.consumer(many);
                Awaitility.await("seed " + seed).atMost(Fixture.PATIENCE).until(() -> {
                    for (Delivery again : other.poll(many, MOMENT)) {
                        finished.add(Fixture.id(again));
                        Fixture.settle(again, Settlement.ack());
                    }
                    return Set.copyOf(finished).size() == many;
                });
            }
        }

        @Test
        @DisplayName("R4.4 a long task is lost when the connection stays away for longer than the lease")
        void away() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture();
                    FaultProxy proxy =
                            FaultProxy.to("127.0.0.1", LongTaskServer.server().port())) {
                tasks.publish("long");
                Broker behind = tasks.connect(LongTaskServer.withOptions(
                        proxy.url(LongTaskServer.server().url())));
                Delivery held = tasks.holdHandedOver(tasks.consumer(behind, 1));
                Broker.Consumer other = tasks.consumer(1);

                proxy.refuse();
                proxy.cut();
                Delivery again = tasks.hold(other);
                tasks.awaitLost(1);

                assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
                assertThat(again.deliveryCount()).isEqualTo(2);
                proxy.accept();
                LongTaskFixture.ack(again);
                assertThat(other.poll(1, LongTaskFixture.LEASE)).isEmpty();
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class OfTheServer {
        @Test
        @DisplayName("R4.2 a long task is held again when an operator deletes its holding queue")
        void holdingQueueDeleted() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m0", "m1");
                List<Delivery> held = tasks.hold(tasks.consumer(2), 2);
                tasks.awaitHandedOver(held);
                Broker.Consumer other = tasks.consumer(2);

                delete(LongTaskServer.holdingQueues(tasks.queue.name()).get(0));
                assertThat(other.poll(1, LongTaskFixture.LEASE.plus(MOMENT))).isEmpty();

                assertThat(tasks.lost).hasValue(0);
                assertThat(LongTaskServer.holdingQueues(tasks.queue.name())).hasSize(1);
                LongTaskFixture.ack(held.get(0));
                assertThat(Fixture.settle(held.get(1), Settlement.release(Duration.ZERO)))
                        .isEqualTo(Settled.SENT);
                LongTaskFixture.ack(tasks.hold(other));
            }
        }

        @Test
        @DisplayName("R3.8 long tasks come again when their holding queue is deleted just before the worker stops")
        void holdingQueueDeletedBeforeTheEnd() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m0", "m1");
                Broker.Consumer worker = tasks.consumer(2);
                tasks.awaitHandedOver(tasks.hold(worker, 2));

                delete(LongTaskServer.holdingQueues(tasks.queue.name()).get(0));
                worker.close();

                tasks.awaitLost(2);
                assertThat(tasks.hold(tasks.consumer(2), 2)).allSatisfy(again -> {
                    assertThat(again.deliveryCount()).isEqualTo(2);
                    LongTaskFixture.ack(again);
                });
            }
        }

        /*
         * The story: when the queue could not be made again at the first attempt, it was made under another name, and
         * the copies were still sent to the old one, until their leases were over.
         */
        @Test
        @DisplayName("R4.2 a long task is held again when its holding queue cannot be made again at once")
        void holdingQueueDeletedAndRefused() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                LongTaskServer.server().control("add_user", "mover", "mover");
                letMake(".*");
                Broker worker = tasks.connect(LongTaskServer.url().replace("guest:guest", "mover:mover"));
                tasks.publish("m0", "m1");
                QueueSpec patient = tasks.queue.withLease(Fixture.PATIENCE);
                List<Delivery> held = tasks.hold(tasks.fixture.ends(worker.consume(ConsumeSpec.of(patient, 2))), 2);
                tasks.awaitHandedOver(held);

                letMake("nothing");
                delete(LongTaskServer.holdingQueues(tasks.queue.name()).get(0));
                CompletionStage<Settled> first = held.get(0).settle(Settlement.ack());
                LongTaskFixture.letPass(MOMENT);
                letMake(".*");

                Awaitility.await("held again")
                        .atMost(Fixture.PATIENCE)
                        .until(() -> LongTaskServer.isHeld(tasks.queue.name()));
                assertThat(Fixture.get(first)).isEqualTo(Settled.SENT);
                assertThat(tasks.lost).hasValue(0);
                LongTaskFixture.ack(held.get(1));
            }
        }

        @Test
        @DisplayName("R4.4 a long task whose copy is gone from the holding queue is lost")
        void holdingQueuePurged() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m");
                Delivery held = tasks.holdHandedOver(tasks.consumer(1));

                String holdingQueue =
                        LongTaskServer.holdingQueues(tasks.queue.name()).get(0);

                // What is just being renewed is not in the queue, and purging does not reach it.
                Awaitility.await("told of the loss").atMost(Fixture.PATIENCE).until(() -> {
                    purge(holdingQueue);
                    return tasks.lost.get() == 1;
                });

                assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
            }
        }

        @Test
        @DisplayName("a long task ends in peace when its queue was deleted meanwhile")
        void taskQueueDeleted() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m");
                Broker.Consumer worker = tasks.consumer(1);
                Delivery held = tasks.holdHandedOver(worker);

                tasks.broker.admin().delete(tasks.queue);
                LongTaskFixture.letPass(MOMENT);

                assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.SENT);
                worker.close();
                assertThat(LongTaskServer.holdingQueues(tasks.queue.name())).isEmpty();
            }
        }

        private void letMake(String queues) {
            LongTaskServer.server().control("set_permissions", "mover", queues, ".*", ".*");
        }

        private void delete(String queue) throws Exception {
            try (Connection bare = TestRabbit.bare(LongTaskServer.server().url())) {
                bare.createChannel().queueDelete(queue);
            }
        }

        private void purge(String queue) throws Exception {
            try (Connection bare = TestRabbit.bare(LongTaskServer.server().url())) {
                bare.createChannel().queuePurge(queue);
            }
        }
    }
}
