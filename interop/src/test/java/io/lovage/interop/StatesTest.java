package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.AsyncResult;
import io.lovage.TaskFailedException;
import io.lovage.spi.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a task is in between, and how it ends, as the other language sees it. */
@ParameterizedClass
@EnumSource(Wiring.class)
class StatesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final MixedSystem system;
    private final Python python;

    StatesTest(Wiring wiring) {
        this.system = MixedSystem.of(wiring).withPythonWorker();
        this.python = system.python();
    }

    @Test
    void retriesOfJavaEndWithTheirNumber() {
        assertThat(python.run("send('java.retry1').get(timeout=30)")).isEqualTo(1);
        assertThat(python.run("""
                import time
                begin = time.time()
                [send('java.later', 1).get(timeout=30), time.time() - begin >= 1]
                """)).isEqualTo(List.of(1, true));
    }

    @Test
    void retriesOfPythonEndWithTheirNumber() throws Exception {
        assertThat(system.java().send(system.call("py.retry", 2)).get(LIMIT)).isEqualTo(2L);
        assertThat(system.java().send(system.call("py.retry", 1, 1)).get(LIMIT)).isEqualTo(1L);
    }

    @Test
    void retriesThatAreUsedUpEndWithTheLastReason() {
        PythonError ours =
                catchThrowableOfType(PythonError.class, () -> python.run("send('java.never').get(timeout=60)"));
        assertThat(ours.type()).isEqualTo("MaxRetriesExceededError");
        assertThat(ours.text()).contains("not yet");
        TaskFailedException theirs = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java().send(system.call("py.retry", 9)).get(LIMIT));
        assertThat(theirs.type()).isEqualTo("ValueError");
        assertThat(theirs.failure()).isEqualTo("not yet");
    }

    /** The task does not end before its report was seen. */
    @Test
    void progressOfJavaIsSeenByPython() {
        assertThat(python.run("""
                states = []

                def seen(message):
                    if message['task_id'] == ident:
                        states.append([message['status'], message['result']])
                        if message['status'] == 'PROGRESS':
                            java('java.release', ident).apply_async(ignore_result=True)

                ident = str(uuid.uuid4())
                value = java('java.reporting', ident).apply_async(task_id=ident).get(timeout=60, on_message=seen)
                [value, states[0], states[-1]]
                """))
                .isEqualTo(
                        List.of(true, List.of("PROGRESS", Map.of("current", 1, "total", 2)), List.of("SUCCESS", true)));
        assertThat(python.run("send('java.progress', 3).get(timeout=30)")).isEqualTo(3);
    }

    /** The task reports until its report was seen. */
    @Test
    void progressOfPythonIsSeenByJava(@TempDir Path folder) throws Exception {
        Path mayEnd = folder.resolve("may-end");
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        AsyncResult<Object> result = system.java().send(system.call("py.reporting", mayEnd.toString()));
        result.onProgress(seen::add);
        Awaitility.await().atMost(LIMIT).until(() -> !seen.isEmpty());
        Files.createFile(mayEnd);
        assertThat(result.get(LIMIT)).isEqualTo(true);
        assertThat(seen).containsOnly(Map.of("current", 1L, "total", 2L));
    }

    /** The task does not end before it was seen. */
    @Test
    void aTaskOfJavaThatHasStartedIsSeenByPython() {
        assertThat(python.run("""
                import os
                states = []

                def seen(message):
                    if message['task_id'] == held.id:
                        states.append(message['status'])
                        if message['status'] == 'STARTED':
                            states.append(message['result']['hostname'])
                            java('java.release', held.id).apply_async(ignore_result=True)

                ident = str(uuid.uuid4())
                held = java('java.held', ident).apply_async(task_id=ident)
                value = held.get(timeout=60, on_message=seen)
                [value, states[0], states[1], states[-1]]
                """)).isEqualTo(List.of(true, "STARTED", "java@interop", "SUCCESS"));
    }

    @Test
    void aTaskOfPythonThatHasStartedIsSeenByJava(@TempDir Path folder) throws Exception {
        Path mayEnd = folder.resolve("may-end");
        AsyncResult<Object> held = system.java().send(system.call("py.held", mayEnd.toString()));
        CompletableFuture<Object> end = held.future();
        Awaitility.await().atMost(LIMIT).until(() -> held.state().equals(TaskState.STARTED));
        Files.createFile(mayEnd);
        assertThat(end.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(true);
        assertThat(held.state()).isEqualTo(TaskState.SUCCESS);
    }

    @Test
    void aFailureOfOurOwnTypeBringsItsArguments() {
        TaskFailedException error = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java()
                        .send(system.call("py.refuse", 42, "not you"))
                        .get(LIMIT));
        assertThat(error.type()).isEqualTo("Refused");
        assertThat(error.failure()).contains("42", "not you");
        assertThat(error.state()).isEqualTo(TaskState.FAILURE);
    }

    @Test
    void anUnknownTaskFailsAsNotRegistered() {
        PythonError ours =
                catchThrowableOfType(PythonError.class, () -> python.run("send('java.unknown').get(timeout=30)"));
        assertThat(ours.type()).isEqualTo("NotRegistered");
        TaskFailedException theirs = catchThrowableOfType(
                TaskFailedException.class,
                () -> system.java().send(system.call("py.unknown")).get(LIMIT));
        assertThat(theirs.type()).isEqualTo("NotRegistered");
    }

    @Test
    void aTraceOfJavaReachesPython() {
        assertThat(python.run("""
                result = send('java.fail', 'bad')
                result.get(timeout=30, propagate=False)
                'WireTasks' in result.traceback and 'IllegalStateException: bad' in result.traceback
                """)).isEqualTo(true);
    }
}
