package io.lovage.internal.memory;

import static io.lovage.internal.memory.Fixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Destination;
import io.lovage.spi.Fence;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackend.Subscription;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MemoryResultsTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final TaskId ID = new TaskId("task-1");
    private static final Fence FIRST = new Fence(0, 1);
    private static final TaskState PROGRESS = new TaskState("PROGRESS");

    private final Fixture memory = new Fixture();
    private final ResultBackend backend = connect(memory.broker, "memory://");
    private final List<TaskState> heard = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
    }

    private ResultBackend connect(MemoryBroker broker, String url) {
        return new MemoryResultBackendProvider()
                .connect(
                        new BackendConfig(
                                ServiceUrl.parse(url),
                                "test",
                                Duration.ofSeconds(1),
                                memory.clock,
                                role -> Thread::new),
                        broker);
    }

    private static StoredResult result(TaskId id, TaskState state) {
        return new StoredResult(id, state, Bytes.utf8("{\"status\":\"" + state + "\"}"));
    }

    private Transition store(TaskState state, Fence fence) {
        return get(backend.transition(TaskRef.of(ID), result(ID, state), fence, DAY));
    }

    private Optional<TaskState> stored() {
        return get(backend.find(ID)).map(StoredResult::state);
    }

    private void hear(StoredResult result) {
        heard.add(result.state());
    }

    @Nested
    class Store {
        @Test
        @DisplayName("R11.5 an unknown id is empty, which means PENDING")
        void anUnknownIdIsEmpty() {
            assertThat(stored()).isEmpty();
            assertThat(get(backend.forget(ID))).isFalse();
        }

        @Test
        @DisplayName("R11.1 states follow each other until a final one, which stays")
        void aFinalStateStays() {
            assertThat(store(TaskState.STARTED, FIRST).accepted()).isTrue();
            assertThat(store(PROGRESS, FIRST).accepted()).isTrue();
            assertThat(store(TaskState.RETRY, FIRST).accepted()).isTrue();
            assertThat(store(TaskState.SUCCESS, new Fence(1, 1)).accepted()).isTrue();
            for (TaskState late : List.of(TaskState.FAILURE, TaskState.REVOKED, TaskState.STARTED, TaskState.SUCCESS)) {
                Transition refused = store(late, new Fence(9, 9));
                assertThat(refused.accepted()).isFalse();
                assertThat(refused.held()).isEqualTo(result(ID, TaskState.SUCCESS));
            }
            assertThat(stored()).contains(TaskState.SUCCESS);
        }

        @Test
        @DisplayName("R11.6 R4.5 an older delivery is refused, the same or a newer one is not")
        void anOlderDeliveryIsRefused() {
            store(TaskState.STARTED, new Fence(1, 2));
            assertThat(store(TaskState.SUCCESS, new Fence(1, 1)).accepted()).isFalse();
            assertThat(store(TaskState.SUCCESS, new Fence(0, 9)).accepted()).isFalse();
            assertThat(stored()).contains(TaskState.STARTED);
            assertThat(store(PROGRESS, new Fence(1, 2)).accepted()).isTrue();
            assertThat(store(TaskState.SUCCESS, new Fence(1, 3)).accepted()).isTrue();
        }

        @Test
        void pendingIsNeverStoredNorTheStateOfAnotherTask() {
            assertThatThrownBy(() -> store(TaskState.PENDING, FIRST)).isInstanceOf(IllegalArgumentException.class);
            TaskRef other = TaskRef.of(new TaskId("other"));
            assertThatThrownBy(() -> backend.transition(other, result(ID, TaskState.SUCCESS), FIRST, DAY))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        @DisplayName("R11.3 results expire, counted from the last state, and leave nothing behind")
        void resultsExpire() {
            store(TaskState.STARTED, FIRST);
            memory.clock.advance(Duration.ofHours(20));
            store(TaskState.SUCCESS, FIRST);
            memory.clock.advance(DAY.minusNanos(1));
            assertThat(stored()).contains(TaskState.SUCCESS);
            memory.clock.advance(Duration.ofNanos(1));
            assertThat(stored()).isEmpty();
            assertThat(memory.broker.space().results.size()).isZero();
            assertThat(memory.clock.waitingActions()).isZero();
        }

        @Test
        @DisplayName("R10.7 storage holds what has not expired and nothing else")
        void storageHoldsWhatHasNotExpired() {
            for (int i = 0; i < 10_000; i++) {
                TaskId id = new TaskId("t" + i);
                get(backend.transition(
                        TaskRef.of(id), result(id, TaskState.SUCCESS), FIRST, Duration.ofSeconds(1 + i % 100)));
                memory.clock.advance(Duration.ofSeconds(1));
                assertThat(memory.broker.space().results.size()).isLessThanOrEqualTo(100);
            }
        }

        @Test
        void aResultMayBeKeptForEver() {
            get(backend.transition(
                    TaskRef.of(ID), result(ID, TaskState.SUCCESS), FIRST, Duration.ofSeconds(Long.MAX_VALUE)));
            memory.clock.advance(Duration.ofDays(10_000));
            assertThat(stored()).contains(TaskState.SUCCESS);
        }

        @Test
        @DisplayName("R9.3 forgetting reopens the task")
        void forgettingReopensTheTask() {
            store(TaskState.FAILURE, new Fence(3, 4));
            assertThat(get(backend.forget(ID))).isTrue();
            assertThat(stored()).isEmpty();
            assertThat(store(TaskState.STARTED, FIRST).accepted()).isTrue();
        }

        @Test
        @DisplayName("R11.6 of many workers that finish the same task at once exactly one is first")
        void ofManyWorkersExactlyOneIsFirst() throws InterruptedException {
            for (int round = 0; round < 200; round++) {
                TaskId id = new TaskId("round-" + round);
                AtomicInteger accepted = new AtomicInteger();
                together(4, worker -> {
                    TaskState state = worker % 2 == 0 ? TaskState.SUCCESS : TaskState.FAILURE;
                    if (get(backend.transition(TaskRef.of(id), result(id, state), FIRST, DAY))
                            .accepted()) {
                        accepted.incrementAndGet();
                    }
                });
                assertThat(accepted).hasValue(1);
            }
        }
    }

    private interface Part {
        void run(int number);
    }

    private static void together(int count, Part part) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                part.run(number);
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Nested
    class Listen {
        @Test
        @DisplayName("R11.2 a waiter hears the final state once, without asking")
        void aWaiterHearsTheFinalStateOnce() {
            backend.onFinal(ID, MemoryResultsTest.this::hear);
            store(TaskState.STARTED, FIRST);
            assertThat(heard).isEmpty();
            store(TaskState.SUCCESS, FIRST);
            store(TaskState.FAILURE, FIRST);
            assertThat(heard).containsExactly(TaskState.SUCCESS);
        }

        @Test
        @DisplayName("R11.2 a waiter that comes late hears it at once")
        void aWaiterThatComesLateHearsItAtOnce() {
            store(TaskState.SUCCESS, FIRST);
            backend.onFinal(ID, MemoryResultsTest.this::hear);
            backend.onChange(ID, MemoryResultsTest.this::hear);
            assertThat(heard).containsExactly(TaskState.SUCCESS, TaskState.SUCCESS);
        }

        @Test
        void onChangeHearsEveryStateInOrderUntilItIsClosed() {
            Subscription subscription = backend.onChange(ID, MemoryResultsTest.this::hear);
            store(TaskState.STARTED, FIRST);
            store(PROGRESS, FIRST);
            subscription.close();
            subscription.close();
            store(TaskState.SUCCESS, FIRST);
            assertThat(heard).containsExactly(TaskState.STARTED, PROGRESS);
        }

        @Test
        void aListenerMayStoreAndListenItself() {
            backend.onChange(ID, result -> {
                hear(result);
                if (result.state().equals(TaskState.STARTED)) {
                    store(TaskState.SUCCESS, FIRST);
                    backend.onFinal(ID, MemoryResultsTest.this::hear);
                }
            });
            store(TaskState.STARTED, FIRST);
            assertThat(heard).containsExactly(TaskState.STARTED, TaskState.SUCCESS, TaskState.SUCCESS);
        }

        @Test
        void aListenerThatThrowsHarmsNobody() {
            backend.onFinal(ID, result -> {
                throw new IllegalStateException("on purpose, its log line is expected");
            });
            backend.onFinal(ID, MemoryResultsTest.this::hear);
            assertThat(store(TaskState.SUCCESS, FIRST).accepted()).isTrue();
            assertThat(heard).containsExactly(TaskState.SUCCESS);
        }

        @Test
        void nothingIsKeptOfListenersThatHeardOrLeft() {
            backend.onFinal(ID, MemoryResultsTest.this::hear);
            store(TaskState.SUCCESS, FIRST);
            backend.onFinal(new TaskId("never"), MemoryResultsTest.this::hear).close();
            ResultBackend leaving = connect(memory.broker, "rpc://");
            leaving.onFinal(new TaskId("never"), MemoryResultsTest.this::hear);
            leaving.onChange(new TaskId("never"), MemoryResultsTest.this::hear);
            leaving.close();
            get(backend.forget(ID));
            assertThat(memory.broker.space().results.size()).isZero();
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        @DisplayName("R11.2 no state falls between looking and listening")
        void noStateFallsBetweenLookingAndListening(long seed) throws InterruptedException {
            Random random = new Random(seed);
            for (int round = 0; round < 300; round++) {
                TaskId id = new TaskId("round-" + round);
                CountDownLatch both = new CountDownLatch(2);
                int spins = random.nextInt(200);
                together(2, number -> {
                    for (int i = 0; i < spins * number; i++) {
                        Thread.onSpinWait();
                    }
                    if (number == 0) {
                        get(backend.transition(TaskRef.of(id), result(id, TaskState.SUCCESS), FIRST, DAY));
                    } else {
                        backend.onFinal(id, result -> both.countDown());
                        backend.onChange(id, result -> both.countDown());
                    }
                });
                both.await();
            }
        }
    }

    @Nested
    class Connection {
        @Test
        void isSharedByAllConnectionsToTheSpace() {
            ResultBackend other = connect(memory.connect(), "rpc://");
            assertThat(other.replyAddress()).isNotEqualTo(backend.replyAddress());
            other.onFinal(ID, MemoryResultsTest.this::hear);
            store(TaskState.SUCCESS, FIRST);
            assertThat(heard).containsExactly(TaskState.SUCCESS);
            assertThat(get(other.find(ID))).isPresent();
        }

        @Test
        void aReplyToItsAddressIsStoredWhileItListens() {
            OutboundMessage reply = new OutboundMessage(
                    Destination.reply(backend.replyAddress()),
                    new Message(
                            Map.of(),
                            MessageProperties.json(Optional.of("task-1"), Optional.empty()),
                            Bytes.utf8("{\"task_id\": \"task-1\", \"status\": \"SUCCESS\", \"result\": 3}")),
                    Duration.ZERO,
                    0);
            backend.onFinal(ID, MemoryResultsTest.this::hear);
            get(memory.broker.publish(List.of(reply)));
            assertThat(heard).containsExactly(TaskState.SUCCESS);
            get(backend.forget(ID));
            backend.close();
            get(memory.broker.publish(List.of(reply)));
            assertThat(get(connect(memory.broker, "memory://").find(ID))).isEmpty();
        }

        @Test
        void aReplyThatIsNoDocumentIsDropped() {
            for (String body : List.of("", "{", "[]", "{\"task_id\": 7}", "{\"task_id\": \"x\"}")) {
                get(memory.broker.publish(List.of(new OutboundMessage(
                        Destination.reply(backend.replyAddress()),
                        new Message(
                                Map.of(), MessageProperties.json(Optional.empty(), Optional.empty()), Bytes.utf8(body)),
                        Duration.ZERO,
                        0))));
            }
            assertThat(memory.broker.space().results.size()).isZero();
        }

        @Test
        void failsOnceItIsClosedOrItsConnectionHasCrashed() {
            MemoryBroker doomed = memory.connect();
            ResultBackend crashed = connect(doomed, "memory://");
            crashed.onFinal(ID, MemoryResultsTest.this::hear);
            doomed.crash();
            assertThatThrownBy(() -> get(crashed.find(ID)))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(BrokerUnavailableException.class);
            store(TaskState.SUCCESS, FIRST);
            backend.close();
            backend.close();
            assertThatThrownBy(() -> get(backend.find(ID))).hasCauseInstanceOf(BrokerUnavailableException.class);
            assertThatThrownBy(() -> backend.onFinal(ID, MemoryResultsTest.this::hear))
                    .isInstanceOf(BrokerUnavailableException.class);
            assertThat(heard).isEmpty();
        }

        @Test
        void saysWhatItCanDoAndRefusesAnotherName() {
            assertThat(backend.capabilities().fenced()).isTrue();
            assertThat(backend.capabilities().lookupById()).isTrue();
            assertThat(new MemoryResultBackendProvider().worksWith(memory.broker))
                    .isTrue();
            assertThat(connect(memory.broker, memory.url).replyAddress()).isNotEmpty();
            assertThatThrownBy(() -> connect(memory.broker, "memory://another"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("leave the name out");
            assertThatThrownBy(() -> connect(memory.broker, "rpc://?x=1")).isInstanceOf(ConfigurationException.class);
        }
    }
}
