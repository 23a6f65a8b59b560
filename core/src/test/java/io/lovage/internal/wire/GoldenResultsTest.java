package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.internal.wire.Golden.GoldenResult;
import io.lovage.spi.Bytes;
import io.lovage.spi.TaskState;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("Result documents of real Celery")
class GoldenResultsTest {
    private static final Instant DONE = Instant.parse("2026-03-04T05:06:07.123456Z");

    static Stream<GoldenResult> results() {
        return Golden.results();
    }

    @ParameterizedTest
    @MethodSource("results")
    void areWrittenAgainAsTheyCame(GoldenResult golden) {
        ResultDocument read = ResultCodec.read(golden.stored());

        JsonNode result = read.failure().<JsonNode>map(FailureMap::write).orElse(read.result());
        Bytes written = new ResultCodec(golden.layout())
                .write(new ResultDocument(
                        read.owner(), read.state(), result, read.traceback(), read.children(), read.dateDone()))
                .document();

        assertThat(comparable(Json.parse(written))).isEqualTo(comparable(golden.document()));
    }

    @Test
    void ofAFailureTellTypeTextAndTrace() {
        Failure failure = failure("amqp/live_fail", "FAILURE");

        assertThat(failure.type()).isEqualTo("ValueError");
        assertThat(failure.text()).isEqualTo("boom");
        assertThat(failure.module()).isEqualTo("builtins");
        assertThat(failure.trace().orElseThrow()).startsWith("Traceback").endsWith("ValueError: boom\n");
    }

    @Test
    void ofSpecialFailuresAreWhatLovageWrites() {
        assertThat(failure("amqp/live_unreg", "FAILURE")).isEqualTo(Failure.notRegistered("no.such.task"));
    }

    @Test
    void ofARevokedTaskIsWhatLovageWrites() {
        ObjectNode theirs = Golden.result("redis/live_expired", "REVOKED");
        ResultDocument read = ResultCodec.read(new GoldenResult("", ResultLayout.STORED, theirs).stored());

        Bytes ours = new ResultCodec(ResultLayout.STORED)
                .revoked(read.owner(), "expired", DONE)
                .document();

        assertThat(withoutDate(Json.parse(ours))).isEqualTo(withoutDate(theirs));
    }

    @Test
    void ofAStartedTaskIsWhatLovageWrites() {
        ObjectNode theirs = Golden.result("amqp/live_simple", "STARTED");
        ResultDocument read = ResultCodec.read(new GoldenResult("", ResultLayout.STORED, theirs).stored());

        Bytes ours = new ResultCodec(ResultLayout.STORED)
                .started(read.owner(), "A1@wire", 26531)
                .document();

        assertThat(read.state()).isEqualTo(TaskState.STARTED);
        assertThat(Json.parse(ours).get("result").get("hostname").stringValue()).isEqualTo("A1@wire");
        assertThat(withoutDate(Json.parse(ours)).without("result"))
                .isEqualTo(withoutDate(theirs).without("result"));
    }

    private static Failure failure(String file, String status) {
        return ResultCodec.read(new GoldenResult("", ResultLayout.STORED, Golden.result(file, status)).stored())
                .failure()
                .orElseThrow();
    }

    private static ObjectNode withoutDate(JsonNode document) {
        return ((ObjectNode) document).deepCopy().without("date_done");
    }

    /** Python 5.2 writes the date without an offset. */
    private static ObjectNode comparable(JsonNode document) {
        ObjectNode copy = ((ObjectNode) document).deepCopy();
        JsonNode date = copy.path("date_done");
        if (date.isString()) {
            Optional<Instant> instant = WireTime.instant(date.stringValue());
            copy.put("date_done", instant.orElseThrow().toString());
        }
        return copy;
    }
}
