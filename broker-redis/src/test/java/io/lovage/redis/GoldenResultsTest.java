package io.lovage.redis;

import static io.lovage.redis.TestResults.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.spi.Bytes;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultHead;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What workers of Celery have written, written once more into a real Redis as they do it, and read. */
class GoldenResultsTest {
    private final TestResults results = new TestResults();
    private final RedisResultBackend backend = results.connect(TestResults.url(""));
    private final Lovage lovage =
            Lovage.builder().broker("memory://").results(TestResults.url("")).build();

    @AfterEach
    void close() {
        lovage.close();
        results.close();
    }

    /** The history of each task of each capture. */
    private static List<List<StoredResult>> histories() {
        List<List<StoredResult>> all = new ArrayList<>();
        for (List<String> documents : GoldenDocuments.stored()) {
            Map<TaskId, List<StoredResult>> byTask = new LinkedHashMap<>();
            for (String document : documents) {
                ResultHead head = ResultHead.read(Bytes.utf8(document)).orElseThrow();
                TaskId id = new TaskId(head.taskId().orElseThrow());
                byTask.computeIfAbsent(id, first -> new ArrayList<>())
                        .add(new StoredResult(id, new TaskState(head.status()), Bytes.utf8(document)));
            }
            all.addAll(byTask.values());
        }
        return all;
    }

    /** As Celery's backend does it. */
    private static void pythonStores(StoredResult state) {
        String key = "celery-task-meta-" + state.id();
        String document = state.document().toUtf8();
        TestRedis.server().command("SETEX", key, "86400", document);
        TestRedis.server().command("PUBLISH", key, document);
    }

    @Test
    @DisplayName("R11.2 every state that Celery stored is found, and told to whoever waits, in order and unchanged")
    void everyStateIsFoundAndTold() {
        List<List<StoredResult>> histories = histories();
        assertThat(histories).hasSizeGreaterThan(40);

        for (List<StoredResult> history : histories) {
            TaskId id = history.get(0).id();
            List<StoredResult> untilTheEnd = untilTheEnd(history);
            StoredResult end = untilTheEnd.get(untilTheEnd.size() - 1);
            CompletableFuture<StoredResult> told = new CompletableFuture<>();
            Queue<StoredResult> heard = new ConcurrentLinkedQueue<>();
            ResultBackend.Subscription first = backend.onFinal(id, told::complete);
            ResultBackend.Subscription second = backend.onChange(id, heard::add);
            for (StoredResult state : history) {
                pythonStores(state);
                assertThat(get(backend.find(id))).contains(state);
            }

            Awaitility.await("every state of " + id)
                    .atMost(TestResults.PATIENCE)
                    .until(() -> heard.size() >= untilTheEnd.size());
            assertThat(heard).containsExactlyElementsOf(untilTheEnd);
            if (end.state().isFinal()) {
                assertThat(get(told)).isEqualTo(end);
            } else {
                assertThat(told).isNotDone();
            }
            first.close();
            second.close();
            assertThat(get(backend.forget(id))).isTrue();
        }
        assertThat(backend.interests()).isZero();
    }

    /** Celery replaces a final state, for instance when it has called an errback; a waiter has gone by then. */
    private static List<StoredResult> untilTheEnd(List<StoredResult> history) {
        List<StoredResult> all = new ArrayList<>();
        for (StoredResult state : history) {
            all.add(state);
            if (state.state().isFinal()) {
                return all;
            }
        }
        return all;
    }

    @Test
    @DisplayName("R11.4 what Celery stored reaches whoever waits as a value or as the failure that Python raised")
    void reachesWhoeverWaitsAsAValueOrAsTheFailure() throws InterruptedException {
        Map<TaskState, Integer> seen = new LinkedHashMap<>();
        for (List<StoredResult> history : histories()) {
            StoredResult last = history.get(history.size() - 1);
            if (!last.state().isFinal()) {
                continue;
            }
            seen.merge(last.state(), 1, Integer::sum);
            AsyncResult<Object> result =
                    lovage.result(Task.untyped("golden"), last.id().value());
            CompletableFuture<Object> future = result.future();
            pythonStores(last);
            if (last.state().equals(TaskState.SUCCESS)) {
                assertThat(future).succeedsWithin(TestResults.PATIENCE);
                assertThat(result.get(TestResults.PATIENCE)).isEqualTo(future.join());
            } else {
                TaskFailedException failure =
                        catchThrowableOfType(TaskFailedException.class, () -> result.get(TestResults.PATIENCE));
                assertThat(failure.state()).isEqualTo(last.state());
                assertThat(failure.type()).isNotBlank().isNotEqualTo("UnreadableResult");
                assertThat(last.document().toUtf8()).contains("\"exc_type\": \"" + failure.type() + "\"");
            }
            result.forget();
        }
        assertThat(seen).containsKeys(TaskState.SUCCESS, TaskState.FAILURE, TaskState.REVOKED);
    }
}
