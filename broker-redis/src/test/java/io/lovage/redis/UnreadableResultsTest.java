package io.lovage.redis;

import static io.lovage.redis.TestResults.LONG;
import static io.lovage.redis.TestResults.PATIENCE;
import static io.lovage.redis.TestResults.get;
import static io.lovage.redis.TestResults.result;
import static io.lovage.redis.TestResults.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Something that is no result where one is waited for: nobody may wait for ever, and nobody be misled (rule R11.8). */
class UnreadableResultsTest {
    private static final Fence FIRST = new Fence(0, 1);

    private final TestResults results = new TestResults();
    private final RedisResultBackend backend = results.connect(TestResults.url(""));
    private final TaskId id = TaskId.random();
    private final String key = "celery-task-meta-" + id;

    @AfterEach
    void close() {
        redis("DEL", key);
        results.close();
    }

    private static String redis(String... command) {
        return TestRedis.server().command(command);
    }

    private CompletableFuture<StoredResult> waiting() {
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        backend.onFinal(id, told::complete);
        Awaitility.await("the subscription")
                .atMost(PATIENCE)
                .until(() -> redis("PUBSUB", "NUMSUB", key).endsWith("\n1"));
        return told;
    }

    private StoredResult failureOf(String document) {
        return new StoredResult(id, TaskState.FAILURE, Bytes.utf8(document));
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "[]", "{}", "{\"status\": 1}", "{\"status\": \" \"}", "\"SUCCESS\""})
    @DisplayName("R11.8 that is published is told as a failure when the key knows nothing better")
    void thatIsPublishedIsToldAsAFailure(String garbage) {
        CompletableFuture<StoredResult> told = waiting();

        redis("PUBLISH", key, garbage);

        assertThat(get(told)).isEqualTo(failureOf(garbage));
        Awaitility.await("nothing left").atMost(PATIENCE).until(() -> backend.interests() == 0);
    }

    @Test
    @DisplayName("R11.8 that is published and stored is told as the failure UnreadableResult")
    void thatIsPublishedAndStoredIsTheFailureUnreadableResult() {
        try (Lovage lovage = Lovage.builder()
                .broker("memory://")
                .results(TestResults.url(""))
                .build()) {
            CompletableFuture<Object> future =
                    lovage.result(Task.untyped("pickled"), id.value()).future();
            redis("SETEX", key, "60", "\\x80\\x05pickle");
            redis("PUBLISH", key, "\\x80\\x05pickle");

            assertThatThrownBy(() -> future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            TaskFailedException.class,
                            failure -> assertThat(failure.type()).isEqualTo("UnreadableResult"));
        }
    }

    @Test
    void thatIsPublishedByAStrangerMisleadsNobodyWhileTheTaskRuns() {
        store(backend, id, TaskState.STARTED, "begun", FIRST);
        CompletableFuture<StoredResult> told = waiting();

        redis("PUBLISH", key, "garbage");
        store(backend, id, TaskState.SUCCESS, "done", FIRST);

        assertThat(get(told)).isEqualTo(result(id, TaskState.SUCCESS, "done"));
    }

    @Test
    void thatIsPublishedMakesTheKeyBeRead() {
        CompletableFuture<StoredResult> told = waiting();
        redis("SET", key, result(id, TaskState.SUCCESS, "done").document().toUtf8());

        redis("PUBLISH", key, "garbage");

        assertThat(get(told)).isEqualTo(result(id, TaskState.SUCCESS, "done"));
    }

    @Test
    @DisplayName("R11.8 that lies in the key when the waiting begins is told as a failure")
    void thatLiesInTheKeyIsToldAsAFailure() {
        redis("SET", key, "garbage");
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        backend.onFinal(id, told::complete);

        assertThat(get(told)).isEqualTo(failureOf("garbage"));
        assertThat(redis("GET", key)).isEqualTo("garbage");
    }

    @Test
    @DisplayName("R11.8 of another type in the key is told as a failure")
    void ofAnotherTypeIsToldAsAFailure() {
        redis("RPUSH", key, "a");
        CompletableFuture<StoredResult> told = new CompletableFuture<>();
        backend.onFinal(id, told::complete);

        assertThat(get(told).state()).isEqualTo(TaskState.FAILURE);
        assertThat(get(told).document().toUtf8()).startsWith("WRONGTYPE");
        assertThat(redis("LLEN", key)).isEqualTo("1");
    }

    @Test
    @DisplayName("R11.8 a result that may not be read yet is told when it may")
    void aResultThatMayNotBeReadYetIsToldWhenItMay() {
        String user = "user-" + id;
        redis("ACL", "SETUSER", user, "on", ">secret", "~*", "&*", "+@all", "-get");
        try {
            RedisResultBackend limited = results.connect(TestResults.url("").replace("://", "://" + user + ":secret@"));
            get(backend.transition(TaskRef.of(id), result(id, TaskState.SUCCESS, "done"), FIRST, LONG));
            CompletableFuture<StoredResult> told = new CompletableFuture<>();
            limited.onFinal(id, told::complete);
            Awaitility.await("a reading that was refused")
                    .atMost(PATIENCE)
                    .until(() -> redis("ACL", "LOG").contains(user));
            assertThat(told).isNotDone();

            redis("ACL", "SETUSER", user, "+get");

            assertThat(get(told)).isEqualTo(result(id, TaskState.SUCCESS, "done"));
        } finally {
            redis("ACL", "DELUSER", user);
        }
    }
}
