package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Result documents")
class ResultCodecTest {
    private static final TaskId ID = new TaskId("t-1");
    private static final Instant DONE = Instant.parse("2030-01-02T03:04:05.123456789Z");
    private static final ResultOwner OWNER = new ResultOwner(ID, Optional.of("p"), Optional.of("g"));

    private final ResultCodec stored = new ResultCodec(ResultLayout.STORED);
    private final ResultCodec reply = new ResultCodec(ResultLayout.REPLY);

    record Summary(long rows, BigDecimal sum, Optional<String> note) {}

    @Nested
    class Writing {
        @Test
        void aSuccessThatIsKept() {
            StoredResult result = stored.success(OWNER, new Summary(5, new BigDecimal("1.50"), Optional.empty()), DONE);

            assertThat(result.id()).isEqualTo(ID);
            assertThat(result.state()).isEqualTo(TaskState.SUCCESS);
            assertThat(result.document().toUtf8())
                    .isEqualTo("{\"task_id\":\"t-1\",\"status\":\"SUCCESS\","
                            + "\"result\":{\"rows\":5,\"sum\":\"1.50\",\"note\":null},\"traceback\":null,"
                            + "\"children\":[],\"date_done\":\"2030-01-02T03:04:05.123456+00:00\","
                            + "\"group_id\":\"g\",\"parent_id\":\"p\"}");
        }

        @Test
        void aSuccessThatIsSentToTheClient() {
            assertThat(reply.success(OWNER, 5, DONE).document().toUtf8())
                    .isEqualTo(
                            "{\"task_id\":\"t-1\",\"status\":\"SUCCESS\",\"result\":5,\"traceback\":null,\"children\":[]}");
        }

        @Test
        @DisplayName("R11.4 a failure with type, message and trace")
        void aFailureWithTypeMessageAndTrace() {
            Failure failure = read(reply.failure(OWNER, Failure.of(new IllegalStateException("bad")), DONE))
                    .failure()
                    .orElseThrow();

            assertThat(failure.type()).isEqualTo("IllegalStateException");
            assertThat(failure.text()).isEqualTo("bad");
            assertThat(failure.module()).isEqualTo("java.lang");
            assertThat(failure.trace().orElseThrow())
                    .startsWith("java.lang.IllegalStateException: bad")
                    .contains("ResultCodecTest");
        }

        @Test
        void aRetryAndAReportOfTheHandlersOwn() {
            ResultDocument retry = read(stored.retry(OWNER, Failure.of(new IllegalStateException())));
            ResultDocument progress = read(stored.custom(OWNER, new TaskState("PROGRESS"), Map.of("i", 1)));

            assertThat(retry.state()).isEqualTo(TaskState.RETRY);
            assertThat(retry.failure().orElseThrow().text()).isEmpty();
            assertThat(progress.failure()).isEmpty();
            assertThat(progress.plain()).isEqualTo(Map.of("i", 1L));
            assertThat(progress.dateDone()).isEmpty();
        }

        @Test
        void theSpecialFailuresUnderTheNamesThatPythonImports() {
            assertThat(map(Failure.timeLimitExceeded(Duration.ofSeconds(30), Optional.empty())))
                    .isEqualTo("{\"exc_type\":\"TimeLimitExceeded\",\"exc_message\":[30],"
                            + "\"exc_module\":\"billiard.exceptions\"}");
            assertThat(map(Failure.softTimeLimitExceeded(Optional.empty())))
                    .isEqualTo("{\"exc_type\":\"SoftTimeLimitExceeded\",\"exc_message\":[],"
                            + "\"exc_module\":\"billiard.exceptions\"}");
            assertThat(map(Failure.workerLost("gone")))
                    .contains("WorkerLostError")
                    .contains("billiard.exceptions");
            assertThat(map(Failure.revoked("expired")))
                    .isEqualTo("{\"exc_type\":\"TaskRevokedError\",\"exc_message\":[\"expired\"],"
                            + "\"exc_module\":\"celery.exceptions\"}");
        }

        @Test
        void notAResultThatCannotBeWrittenAndNamesItsType() {
            assertThatThrownBy(() -> stored.success(OWNER, new ArgumentBinderTest.Broken(), DONE))
                    .isInstanceOf(UnserialisableException.class)
                    .hasMessageContaining("the result of type io.lovage.internal.wire.ArgumentBinderTest$Broken");
        }

        @Test
        void anExceptionWhoseOwnMethodsThrow() {
            RuntimeException hostile = new RuntimeException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new IllegalStateException("no message");
                }
            };

            Failure failure = Failure.of(hostile);

            assertThat(failure.type()).startsWith("ResultCodecTest$");
            assertThat(failure.text()).contains("could not be read");
        }

        /** The story: a message of some megabytes was more than the broker took, and the waiter never heard of it. */
        @Test
        @DisplayName("R11.8 a failure is cut to what has room anywhere, and says so")
        void aFailureOfBoundedLength() {
            Throwable cause = new IllegalStateException("the root of it");
            Throwable endless = new IllegalStateException("begin" + "x".repeat(1 << 20) + "end", cause);

            Failure failure = read(reply.failure(OWNER, Failure.of(endless), DONE))
                    .failure()
                    .orElseThrow();

            assertThat(failure.text())
                    .hasSizeLessThanOrEqualTo(8 << 10)
                    .startsWith("beginxxx")
                    .endsWith("xxxend")
                    .containsPattern("x \\.\\.\\. \\[\\d+ characters cut] \\.\\.\\. x");
            assertThat(failure.trace().orElseThrow())
                    .hasSizeLessThanOrEqualTo(32 << 10)
                    .startsWith("java.lang.IllegalStateException: beginxxx")
                    .contains(" characters cut] ", "Caused by: java.lang.IllegalStateException: the root of it");
        }

        @Test
        void aFailureThatNobodyMadeFromAnExceptionIsCutAsWell() {
            Failure told = new Failure("T", List.of("y".repeat(20_000), 1), "m", Optional.of("t".repeat(99_999)));

            assertThat(reply.failure(OWNER, told, DONE).document().length()).isLessThan(42_000);
        }
    }

    /** The story: NaN was written and not read, and of a number of 1,001 digits each side had its own opinion. */
    @Nested
    @DisplayName("R11.8 what is written can be read, what no reader takes is not written")
    class Limits {
        @ParameterizedTest
        @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
        void numbersThatAreNone(double number) {
            ResultDocument alone = read(reply.success(OWNER, number, DONE));
            ResultDocument nested = read(reply.success(OWNER, Map.of("x", List.of(number)), DONE));

            assertThat(alone.value(Double.class)).isEqualTo((Object) number);
            assertThat(nested.value(Object.class)).isEqualTo(Map.of("x", List.of(number)));
        }

        @Test
        void numbersAsLongAsPythonReadsThem() {
            BigInteger number = BigInteger.TEN.pow(4_299);

            assertThat(read(reply.success(OWNER, number, DONE)).value(BigInteger.class))
                    .isEqualTo(number);
            refuses(BigInteger.TEN.pow(4_300), "a number in it has more than 4300 digits");
        }

        @Test
        void keysAndDepth() {
            Map<String, Integer> fits = Map.of("k".repeat(50_000), 1);
            List<Object> deep = List.of();
            for (int i = 0; i < 600; i++) {
                deep = List.of(deep);
            }

            assertThat(read(reply.success(OWNER, fits, DONE)).value(Object.class))
                    .isEqualTo(Map.of("k".repeat(50_000), 1L));
            refuses(Map.of("k".repeat(50_001), 1), "a key in it has more than 50000 characters");
            refuses(deep, "nested more than 500 levels deep");
        }

        private void refuses(Object value, String why) {
            assertThatThrownBy(() -> reply.success(OWNER, value, DONE))
                    .isInstanceOf(UnserialisableException.class)
                    .hasMessageContaining(why);
        }
    }

    @Nested
    class Reading {
        @Test
        void aValueAsTheDeclaredType() {
            Summary summary = new Summary(5, new BigDecimal("1.50"), Optional.of("n"));

            ResultDocument document = read(stored.success(OWNER, summary, DONE));

            assertThat(document.value(Summary.class)).isEqualTo(summary);
            assertThat(document.owner()).isEqualTo(OWNER);
            assertThat(document.dateDone()).contains(Instant.parse("2030-01-02T03:04:05.123456Z"));
            assertThat(value(5, Integer.class)).isEqualTo(5);
            assertThat(value(5, Object.class)).isEqualTo(5L);
            assertThat(value("x", String.class)).isEqualTo("x");
            assertThat(value(null, String.class)).isNull();
            assertThat(value("ignored", Void.class)).isNull();
            assertThat(value(List.of(1), Object.class)).isEqualTo(List.of(1L));
        }

        @Test
        void notAValueOfAnotherType() {
            assertThatThrownBy(() -> value("x", Integer.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the result of task t-1 is no java.lang.Integer");
        }

        @Test
        void failuresThatAreNotQuiteCelerys() {
            assertThat(failure("{\"status\":\"FAILURE\",\"result\":\"just text\"}")
                            .text())
                    .isEqualTo("just text");
            assertThat(failure("{\"status\":\"FAILURE\",\"result\":{\"exc_message\":\"m\"}}")
                            .text())
                    .isEqualTo("m");
            assertThat(failure("{\"status\":\"FAILURE\"}").type()).isEqualTo("Exception");
            assertThat(failure("{\"status\":\"FAILURE\",\"result\":{\"exc_type\":\"E\",\"exc_message\":[\"a\",1]}}")
                            .text())
                    .isEqualTo("a, 1");
        }

        @Test
        void notWhatIsNoDocument() {
            assertThatThrownBy(() -> failure("[]")).hasMessageContaining("not a map");
            assertThatThrownBy(() -> failure("{")).hasMessageContaining("not JSON");
        }

        private @Nullable Object value(@Nullable Object written, Class<?> type) {
            return read(reply.success(OWNER, written, DONE)).value(type);
        }

        private Failure failure(String document) {
            return ResultCodec.read(new StoredResult(ID, TaskState.FAILURE, Bytes.utf8(document)))
                    .failure()
                    .orElseThrow();
        }
    }

    private static ResultDocument read(StoredResult result) {
        return ResultCodec.read(result);
    }

    private static String map(Failure failure) {
        return FailureMap.write(failure).toString();
    }
}
