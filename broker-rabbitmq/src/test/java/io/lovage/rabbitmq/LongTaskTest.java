package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tasks that run for longer than RabbitMQ lets a delivery stay unacknowledged, on the real server. */
@Execution(ExecutionMode.CONCURRENT)
class LongTaskTest {
    private static final Duration MOMENT = Duration.ofSeconds(1);

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Held {
        @Test
        @DisplayName("R4.2 a task that runs ten times as long as consumer_timeout runs once")
        void runsOnce() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer worker = tasks.consumer(1);
                tasks.publish("long");
                Delivery held = tasks.hold(worker);
                Broker.Consumer other = tasks.consumer(1);

                assertThat(other.poll(1, LongTaskServer.CONSUMER_TIMEOUT.multipliedBy(10)))
                        .isEmpty();

                assertThat(tasks.lost).hasValue(0);
                assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.SENT);
                assertThat(other.poll(1, LongTaskFixture.LEASE.plus(MOMENT))).isEmpty();
            }
        }

        @Test
        @DisplayName("R4.2 the same on a classic queue")
        void runsOnceOnAClassicQueue() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture("&queue_type=classic")) {
                Broker.Consumer worker = tasks.consumer(1);
                tasks.publish("long");
                Delivery held = tasks.hold(worker);
                Broker.Consumer other = tasks.consumer(1);

                assertThat(other.poll(1, LongTaskServer.CONSUMER_TIMEOUT.multipliedBy(3)))
                        .isEmpty();

                assertThat(tasks.lost).hasValue(0);
                assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.SENT);
            }
        }

        @Test
        @DisplayName("R4.2 twenty long tasks at once, which end in any order")
        void twentyAtOnce() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer worker = tasks.consumer(20);
                tasks.publish(20);
                List<Delivery> held = tasks.hold(worker, 20);
                Broker.Consumer other = tasks.consumer(20);

                assertThat(other.poll(1, LongTaskServer.CONSUMER_TIMEOUT.multipliedBy(3)))
                        .isEmpty();
                long seed = System.identityHashCode(tasks);
                Collections.shuffle(held, new Random(seed));
                List<CompletionStage<Settled>> answers =
                        held.stream().map(one -> one.settle(Settlement.ack())).toList();

                assertThat(answers)
                        .as("seed %d", seed)
                        .allSatisfy(answer -> assertThat(Fixture.get(answer)).isEqualTo(Settled.SENT));
                assertThat(tasks.lost).hasValue(0);
                assertThat(other.poll(1, LongTaskFixture.LEASE.plus(MOMENT))).isEmpty();
            }
        }

        @Test
        @DisplayName("R2.2 what is held counts against the prefetch, and short tasks go on beside it")
        void countsAgainstThePrefetch() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer worker = tasks.consumer(2);
                tasks.publish("long");
                Delivery held = tasks.holdHandedOver(worker);

                tasks.publish(4);
                Delivery first = tasks.hold(worker);
                assertThat(worker.poll(1, MOMENT)).as("two in hand").isEmpty();
                Broker.Consumer other = tasks.consumer(4);
                assertThat(tasks.hold(other, 3)).as("nothing was kept back").hasSize(3);
                LongTaskFixture.ack(first);
                LongTaskFixture.ack(held);
                other.close();

                tasks.hold(worker, 2).forEach(LongTaskFixture::ack);
                LongTaskFixture.ack(tasks.hold(worker));
            }
        }

        /** Before it, in the midst of it and after it, by their own time or all together. */
        @Test
        @DisplayName("R3.1 a task that ends around its hand-over ends once")
        void endsAroundItsHandOver() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                int many = 100;
                Broker.Consumer worker = tasks.consumer(many);
                tasks.publish(many);
                List<Delivery> held = tasks.hold(worker, many);
                long seed = System.identityHashCode(tasks);
                Random random = new Random(seed);
                List<CompletableFuture<Settled>> answers = new ArrayList<>();
                for (Delivery one : held) {
                    CompletableFuture<Settled> answer = new CompletableFuture<>();
                    answers.add(answer);
                    Duration end = Duration.ofMillis(random.nextInt(1_500, 4_000));
                    tasks.fixture
                            .time()
                            .after(
                                    end,
                                    () -> one.settle(Settlement.ack())
                                            .whenComplete((settled, failure) -> answer.complete(settled)));
                }

                assertThat(answers)
                        .as("seed %d", seed)
                        .allSatisfy(answer -> assertThat(Fixture.get(answer)).isEqualTo(Settled.SENT));
                assertThat(tasks.lost).hasValue(0);
                assertThat(worker.poll(1, LongTaskFixture.LEASE.plus(MOMENT))).isEmpty();
            }
        }

        @Test
        @DisplayName("R3.5 settling twice is an error also for what is held")
        void settlingTwiceIsAnError() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m");
                Delivery held = tasks.holdHandedOver(tasks.consumer(1));
                LongTaskFixture.ack(held);

                org.assertj.core.api.Assertions.assertThatThrownBy(() -> held.settle(Settlement.ack()))
                        .isInstanceOf(IllegalStateException.class);
            }
        }

        /** It would be ended with its channel although no task runs, and everything else with it. */
        @Test
        @DisplayName("what was fetched and is not handed out goes to somebody who has time")
        void whatIsNotHandedOutGoesBack() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer busy = tasks.consumer(3);
                tasks.publish("m0", "m1", "m2");
                Delivery held = tasks.hold(busy);
                tasks.awaitHandedOver(List.of(held));
                Broker.Consumer other = tasks.consumer(3);

                tasks.hold(other, 2).forEach(LongTaskFixture::ack);
                assertThat(tasks.lost).hasValue(0);
                LongTaskFixture.ack(held);
            }
        }

        /** Giving it back takes a moment when it had come before: it must not be handed over meanwhile. */
        @Test
        @DisplayName("R7.4 what was fetched again and again and never handed out is not held, and keeps its count")
        void whatIsNotHandedOutIsNotHeld() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m");
                Broker.Consumer first = tasks.consumer(1);
                tasks.hold(first);
                first.close();

                Broker.Consumer idle = tasks.consumer(1);
                LongTaskFixture.letPass(LongTaskServer.CONSUMER_TIMEOUT);

                assertThat(LongTaskServer.holdingQueues(tasks.queue.name())).isEmpty();
                idle.close();
                Broker.Consumer other = tasks.consumer(1);
                Delivery again = tasks.hold(other);
                assertThat(again.deliveryCount()).isEqualTo(2);
                LongTaskFixture.ack(again);
                assertThat(other.poll(1, MOMENT)).isEmpty();
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class GivenBack {
        @Test
        @DisplayName("R3.2 a held task that is released comes again, with its count")
        void released() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer worker = tasks.consumer(1);
                tasks.publish("m");
                Delivery held = tasks.holdHandedOver(worker);

                assertThat(Fixture.settle(held, Settlement.release(Duration.ZERO)))
                        .isEqualTo(Settled.SENT);

                Delivery again = tasks.holdHandedOver(worker);
                assertThat(again.deliveryCount()).isEqualTo(2);
                assertThat(Fixture.settle(again, Settlement.release(Duration.ofSeconds(1))))
                        .isEqualTo(Settled.SENT);
                Delivery late = tasks.hold(worker);
                assertThat(late.deliveryCount()).isEqualTo(3);
                assertThat(late.message().message().headers()).doesNotContainKey(Amqp.HOLDING_TOKEN);
                LongTaskFixture.ack(late);
            }
        }

        @Test
        @DisplayName("R3.4 a held task is dead-lettered with its count")
        void deadLettered() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("m");
                Delivery held = tasks.holdHandedOver(tasks.consumer(1));

                assertThat(Fixture.settle(held, Settlement.deadLetter("because")))
                        .isEqualTo(Settled.SENT);

                assertThat(tasks.broker.admin().deadLetters(tasks.queue, 2))
                        .singleElement()
                        .satisfies(letter -> {
                            assertThat(letter.reason()).isEqualTo("because");
                            assertThat(letter.deliveryCount()).isEqualTo(1);
                            assertThat(letter.message().headers()).doesNotContainKey(Amqp.HOLDING_TOKEN);
                        });
            }
        }

        @Test
        @DisplayName("R3.8 a held task is acknowledged after what follows it")
        void acknowledgedAfter() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer worker = tasks.consumer(1);
                tasks.publish("m");
                Delivery held = tasks.holdHandedOver(worker);

                assertThat(Fixture.settle(held, Settlement.ackAfter(List.of(Fixture.to(tasks.queue, "next")))))
                        .isEqualTo(Settled.SENT);

                Delivery next = tasks.hold(worker);
                assertThat(Fixture.id(next)).isEqualTo("next");
                LongTaskFixture.ack(next);
                assertThat(worker.poll(1, LongTaskFixture.LEASE.plus(MOMENT))).isEmpty();
            }
        }

        @Test
        @DisplayName(
                "R10.3 closing gives held tasks back at once, with the right count, and leaves nothing on the server")
        void closing() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer worker = tasks.consumer(3);
                tasks.publish("m0", "m1", "m2");
                List<Delivery> held = tasks.hold(worker, 3);
                tasks.awaitHandedOver(held);
                assertThat(LongTaskServer.holdingQueues(tasks.queue.name())).hasSize(1);
                Broker.Consumer other = tasks.consumer(3);
                LongTaskFixture.ack(held.get(1));
                Fixture.get(worker.drain());
                assertThat(other.poll(1, MOMENT))
                        .as("draining keeps what is in hand")
                        .isEmpty();

                worker.close();

                List<Delivery> again = tasks.hold(other, 2);
                assertThat(again)
                        .allSatisfy(one -> assertThat(one.deliveryCount()).isEqualTo(2));
                tasks.awaitLost(2);
                assertThat(Fixture.settle(held.get(0), Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
                again.forEach(LongTaskFixture::ack);
                assertThat(LongTaskServer.holdingQueues(tasks.queue.name())).isEmpty();
                assertThat(other.poll(1, MOMENT)).isEmpty();
            }
        }

        @Test
        @DisplayName("R4.1 a held task that is abandoned comes again within the lease")
        void abandoned() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                Broker.Consumer worker = tasks.consumer(1);
                tasks.publish("m");
                Delivery held = tasks.holdHandedOver(worker);
                Fixture.get(worker.drain());
                Broker.Consumer other = tasks.consumer(1);

                held.abandon();

                assertThat(other.poll(1, LongTaskFixture.LEASE.minus(MOMENT))).isEmpty();
                Delivery again = tasks.hold(other);
                assertThat(again.deliveryCount()).isEqualTo(2);
                assertThat(tasks.lost).hasValue(1);
                assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
                LongTaskFixture.ack(again);
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class WithoutHandOver {
        /** The pitfall itself: it is what every client of RabbitMQ does. */
        @Test
        @DisplayName(
                "the server ends the channel, the task runs again while it runs, and its late acknowledgement is fenced")
        void runsTwice() throws Exception {
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("long");
                Broker.Consumer worker = tasks.fixture.ends(
                        tasks.broker.consume(ConsumeSpec.of(tasks.queue, 1).withoutRenewal()));
                Delivery first = tasks.hold(worker);

                Delivery second = tasks.hold(worker);

                assertThat(second.deliveryCount()).isEqualTo(2);
                tasks.awaitLost(1);
                assertThat(Fixture.settle(first, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
                LongTaskFixture.ack(second);
            }
        }

        @Test
        @DisplayName("a user who may not make the holding queue gets the old behaviour")
        void withoutPermission() throws Exception {
            LongTaskServer.server().control("add_user", "bound", "bound");
            LongTaskServer.server().control("set_permissions", "bound", "^(?!.*holding).*$", ".*", ".*");
            try (LongTaskFixture tasks = new LongTaskFixture()) {
                tasks.publish("long");
                Broker bound = tasks.connect(LongTaskServer.url().replace("guest:guest", "bound:bound"));
                Broker.Consumer worker = tasks.consumer(bound, 1);
                Delivery first = tasks.hold(worker);

                Delivery second = tasks.hold(worker);

                assertThat(second.deliveryCount()).isEqualTo(2);
                assertThat(Fixture.settle(first, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
                LongTaskFixture.ack(second);
            }
        }
    }
}
