package io.lovage.redis;

import static io.lovage.redis.TestResults.document;
import static io.lovage.redis.TestResults.get;
import static io.lovage.redis.TestResults.result;
import static io.lovage.redis.TestResults.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Fence;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoringResultsTest {
    private static final Fence FIRST = new Fence(0, 1);

    private final TestResults results = new TestResults();
    private final RedisResultBackend backend = results.connect(TestResults.url(""));
    private final TaskId id = TaskId.random();
    private final String key = "celery-task-meta-" + id;
    private final String fence = "lovage:{" + key + "}:fence";

    @AfterEach
    void close() {
        results.close();
    }

    private static String redis(String... command) {
        return TestRedis.server().command(command);
    }

    /** As Celery's Redis backend does it. */
    private void pythonStores(TaskState state, String value) {
        redis("SETEX", key, "86400", document(id, state, value));
        redis("PUBLISH", key, document(id, state, value));
    }

    @Nested
    class TheDocument {
        @Test
        void isStoredUnchangedUnderCelerysKeyAndExpires() {
            StoredResult done = result(id, TaskState.SUCCESS, "ü");
            assertThat(store(backend, done, FIRST)).isEqualTo(new Transition(true, done));

            assertThat(redis("GET", key)).isEqualTo(done.document().toUtf8());
            assertThat(Long.parseLong(redis("PTTL", key)))
                    .isPositive()
                    .isLessThanOrEqualTo(TestResults.LONG.toMillis());
        }

        @Test
        void ofPythonIsFound() {
            assertThat(get(backend.find(id))).isEmpty();

            pythonStores(TaskState.STARTED, "x");
            assertThat(get(backend.find(id))).contains(result(id, TaskState.STARTED, "x"));
            pythonStores(TaskState.SUCCESS, "y");
            assertThat(get(backend.find(id))).contains(result(id, TaskState.SUCCESS, "y"));
        }

        @Test
        void mayBeLarge() {
            StoredResult large = result(id, TaskState.SUCCESS, "x".repeat(4 << 20));

            assertThat(store(backend, large, FIRST).accepted()).isTrue();
            assertThat(store(backend, id, TaskState.FAILURE, "late", FIRST).held())
                    .isEqualTo(large);
            assertThat(get(backend.find(id))).contains(large);
        }

        @Test
        void takesCelerysPrefix() {
            RedisResultBackend prefixed = results.connect(TestResults.url("key_prefix=app"));

            store(prefixed, id, TaskState.STARTED, "x", FIRST);

            assertThat(redis("EXISTS", "app_" + key, "app_lovage:{app_" + key + "}:fence"))
                    .isEqualTo("2");
            assertThat(redis("EXISTS", key)).isEqualTo("0");
            assertThat(get(prefixed.find(id))).isPresent();
            assertThat(get(backend.find(id))).isEmpty();
        }

        @Test
        void liesInTheDatabaseOfTheUrl() {
            String other = TestResults.url("").replaceFirst("/0$", "/1");
            store(results.connect(other), id, TaskState.SUCCESS, "x", FIRST);

            assertThat(redis("EXISTS", key)).isEqualTo("0");
            assertThat(get(results.connect(other).find(id))).isPresent();
        }

        @Test
        @DisplayName("R11.3 results expire, and with them what lies beside them")
        void expires() {
            StoredResult begun = result(id, TaskState.STARTED, "x");
            get(backend.transition(TaskRef.of(id), begun, FIRST, Duration.ofMinutes(1)));

            assertThat(redis("PEXPIRETIME", fence)).isNotEqualTo("-1").isEqualTo(redis("PEXPIRETIME", key));
        }

        @Test
        void mayBeKeptForEver() {
            StoredResult done = result(id, TaskState.SUCCESS, "x");

            get(backend.transition(TaskRef.of(id), done, FIRST, Duration.ofSeconds(Long.MAX_VALUE)));

            assertThat(Long.parseLong(redis("TTL", key))).isGreaterThan(1_000_000_000L);
        }
    }

    @Nested
    class TheFence {
        @Test
        @DisplayName("R11.6 lies beside the document as long as the task runs")
        void liesBesideTheDocumentAsLongAsTheTaskRuns() {
            store(backend, id, TaskState.STARTED, "x", new Fence(1, 3));
            assertThat(redis("GET", fence)).isEqualTo("1:3");

            store(backend, id, TaskState.SUCCESS, "x", new Fence(1, 3));
            assertThat(redis("EXISTS", fence)).isEqualTo("0");
        }

        @Test
        @DisplayName("R11.6 orders the retries first, then the deliveries")
        void ordersTheRetriesFirst() {
            store(backend, id, TaskState.STARTED, "x", new Fence(1, 3));

            assertThat(store(backend, id, TaskState.RETRY, "y", new Fence(0, 9)).accepted())
                    .isFalse();
            assertThat(store(backend, id, TaskState.RETRY, "y", new Fence(1, 2)).accepted())
                    .isFalse();
            assertThat(store(backend, id, TaskState.RETRY, "y", new Fence(1, 3)).accepted())
                    .isTrue();
            assertThat(store(backend, id, TaskState.STARTED, "z", new Fence(2, 1))
                            .accepted())
                    .isTrue();
            assertThat(store(backend, id, TaskState.STARTED, "z", new Fence(1, 9)))
                    .isEqualTo(new Transition(false, result(id, TaskState.STARTED, "z")));
        }

        /** The same process takes the task again: both documents are equal, the deliveries are not. */
        @Test
        @DisplayName("R11.6 is not lowered by an older delivery that writes the same document")
        void isNotLoweredByTheSameDocument() {
            store(backend, id, TaskState.STARTED, "x", new Fence(0, 2));

            assertThat(store(backend, id, TaskState.STARTED, "x", new Fence(0, 1))
                            .accepted())
                    .isFalse();
            assertThat(redis("GET", fence)).isEqualTo("0:2");
        }

        @Test
        void holdsAlsoWhenPythonWroteMeanwhile() {
            store(backend, id, TaskState.STARTED, "x", new Fence(0, 2));
            pythonStores(new TaskState("PROGRESS"), "half");

            assertThat(store(backend, id, TaskState.SUCCESS, "late", new Fence(0, 1)))
                    .isEqualTo(new Transition(false, result(id, new TaskState("PROGRESS"), "half")));
            assertThat(store(backend, id, TaskState.SUCCESS, "new", new Fence(0, 2))
                            .accepted())
                    .isTrue();
        }
    }

    @Nested
    class AFinalState {
        @ParameterizedTest
        @ValueSource(strings = {"SUCCESS", "FAILURE", "REVOKED"})
        @DisplayName("R11.1 of Python is never replaced")
        void ofPythonIsNeverReplaced(String state) {
            pythonStores(new TaskState(state), "python");

            Transition late = store(backend, id, TaskState.SUCCESS, "java", new Fence(5, 5));

            assertThat(late).isEqualTo(new Transition(false, result(id, new TaskState(state), "python")));
            assertThat(redis("GET", key)).contains("python");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"result\": {\"status\": \"STARTED\"}, \"status\": \"SUCCESS\"}",
                    "{\"task_id\": \"a\\\"b\", \"status\": \"SUCCESS\"}",
                    "\n{ \"task_id\" : \"x\" ,\t\"status\" : \"SUCCESS\", \"result\": NaN}",
                    "{\"children\": null, \"result\": [Infinity, -Infinity], \"status\": \"\\u0053UCCESS\"}"
                })
        @DisplayName("R11.1 is seen however the document is written")
        void isSeenHoweverItIsWritten(String document) {
            redis("SET", key, document);

            Transition late = store(backend, id, TaskState.FAILURE, "java", FIRST);

            assertThat(late.accepted()).isFalse();
            assertThat(late.held().state()).isEqualTo(TaskState.SUCCESS);
            assertThat(late.held().document().toUtf8()).isEqualTo(document);
            assertThat(get(backend.find(id)).map(StoredResult::state)).contains(TaskState.SUCCESS);
        }

        /** The answer was lost with the connection, so the worker stores the same outcome again. */
        @Test
        void thatIsStoredAgainUnchangedCountsAsStored() {
            StoredResult done = result(id, TaskState.SUCCESS, "x");
            store(backend, done, FIRST);

            assertThat(store(backend, done, FIRST)).isEqualTo(new Transition(true, done));
            assertThat(store(backend, id, TaskState.SUCCESS, "other", FIRST).accepted())
                    .isFalse();
        }
    }

    @Nested
    class Forgetting {
        @Test
        void removesEverythingAndReopensTheTask() {
            store(backend, id, TaskState.STARTED, "x", new Fence(3, 3));

            assertThat(get(backend.forget(id))).isTrue();
            assertThat(get(backend.forget(id))).isFalse();
            assertThat(redis("EXISTS", key, fence)).isEqualTo("0");
            assertThat(store(backend, id, TaskState.SUCCESS, "x", FIRST).accepted())
                    .isTrue();
        }

        @Test
        void byPythonReopensTheTaskToo() {
            store(backend, id, TaskState.STARTED, "x", new Fence(3, 3));
            redis("DEL", key);

            assertThat(store(backend, id, TaskState.STARTED, "x", FIRST).accepted())
                    .isTrue();
            assertThat(redis("GET", fence)).isEqualTo("0:1");
        }
    }

    @Nested
    class SomethingElseInTheKey {
        private void isRefusedAndLeft(CompletionStage<?> stage) {
            BrokerException refusal = catchThrowableOfType(BrokerException.class, () -> get(stage));

            assertThat(refusal).isNotNull().hasMessageContaining(key).hasMessageContaining("holds no result");
            assertThat(refusal.retryable()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"garbage", "[]", "{}", "{\"status\": 1}", "\"SUCCESS\""})
        void thatIsNoDocumentIsRefusedAndLeft(String value) {
            redis("SET", key, value);

            isRefusedAndLeft(
                    backend.transition(TaskRef.of(id), result(id, TaskState.SUCCESS, "x"), FIRST, TestResults.LONG));
            isRefusedAndLeft(backend.find(id));
            assertThat(redis("GET", key)).isEqualTo(value);
        }

        @Test
        void ofAnotherTypeIsRefusedAndLeft() {
            redis("RPUSH", key, "a", "b");

            isRefusedAndLeft(
                    backend.transition(TaskRef.of(id), result(id, TaskState.SUCCESS, "x"), FIRST, TestResults.LONG));
            isRefusedAndLeft(backend.find(id));
            isRefusedAndLeft(backend.forget(id));
            assertThat(redis("LLEN", key)).isEqualTo("2");
        }
    }

    @Test
    void whatIsNoStateOfThisTaskIsRefused() {
        StoredResult pending = result(id, TaskState.PENDING, "x");
        StoredResult done = result(id, TaskState.SUCCESS, "x");

        assertThatThrownBy(() -> backend.transition(TaskRef.of(id), pending, FIRST, TestResults.LONG))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backend.transition(TaskRef.of(TaskId.random()), done, FIRST, TestResults.LONG))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thousandsAreOnTheirWayAtOnce() {
        Map<TaskId, CompletionStage<Transition>> answers = new LinkedHashMap<>();
        for (int i = 0; i < 5_000; i++) {
            TaskId each = TaskId.random();
            answers.put(
                    each,
                    backend.transition(
                            TaskRef.of(each), result(each, TaskState.SUCCESS, "v" + i), FIRST, TestResults.LONG));
        }

        List<Boolean> accepted = new ArrayList<>();
        answers.values().forEach(answer -> accepted.add(get(answer).accepted()));

        assertThat(accepted).hasSize(5_000).containsOnly(true);
        answers.keySet().stream()
                .limit(10)
                .forEach(each -> assertThat(get(backend.find(each))).isNotEqualTo(Optional.empty()));
    }
}
