package io.lovage.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultHeadTest {
    private static Optional<ResultHead> read(String document) {
        return ResultHead.read(Bytes.utf8(document));
    }

    private static ResultHead head(String taskId, String status) {
        return new ResultHead(Optional.of(taskId), status);
    }

    @Test
    void onlyTheFieldsOfTheDocumentItselfCount() {
        assertThat(read("{\"result\": {\"status\": \"FAILURE\", \"task_id\": [1]}, \"children\": [[\"status\"]],"
                        + " \"traceback\": null , \"status\": \"SUCCESS\", \"task_id\": \"t\"}"))
                .contains(head("t", "SUCCESS"));
    }

    @Test
    void aDocumentNeedNotSayWhoseItIs() {
        assertThat(read("\n\t{ \"status\" : \"RETRY\" }")).contains(new ResultHead(Optional.empty(), "RETRY"));
        assertThat(read("{\"task_id\": null, \"status\": \"RETRY\"}"))
                .contains(new ResultHead(Optional.empty(), "RETRY"));
    }

    @Test
    void escapesAreRead() {
        assertThat(read("{\"t\\u0061sk_id\": \"\\u00e4\\ud83d\\ude00\\\"\\\\\\/\\n\", \"stat\\u0075s\": \"A\\tB\"}"))
                .contains(head("ä😀\"\\/\n", "A\tB"));
    }

    @Test
    void textOutsideOfAsciiNeedNotBeEscaped() {
        assertThat(read("{\"ä\": \"}\", \"task_id\": \"Ü\", \"status\": \"S\"}"))
                .contains(head("Ü", "S"));
    }

    @ParameterizedTest
    @DisplayName("R11.8 no value can hide the state")
    @ValueSource(
            strings = {
                "NaN",
                "[Infinity, -Infinity, {\"x\": NaN}]",
                "\"}, \\\"status\\\": \\\"FAILURE\\\"\"",
                "{\"}\": \"]\", \"a\\\\\": [\"\\\"\"]}",
                "nonsense"
            })
    void noValueCanHideTheState(String value) {
        assertThat(read("{\"result\": " + value + ", \"task_id\": \"t\", \"status\": \"SUCCESS\"}"))
                .contains(head("t", "SUCCESS"));
    }

    @Test
    @DisplayName("R11.8 no number, key, text or depth is too much")
    void nothingIsTooMuch() {
        String number = "1".repeat(100_000);
        String key = "\"" + "k".repeat(100_000) + "\": ";
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThat(read("{" + key + "1, \"result\": {" + key + number + "}, \"x\": " + deep + ", \"task_id\": \"t\","
                        + " \"status\": \"SUCCESS\"}"))
                .contains(head("t", "SUCCESS"));
    }

    @Test
    void whatFollowsStatusAndIdIsNotLookedAt() {
        assertThat(read("{\"task_id\": \"t\", \"status\": \"SUCCESS\", \"result\": [[["))
                .contains(head("t", "SUCCESS"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "[]",
                "5",
                "\"SUCCESS\"",
                "{",
                "{}",
                "{\"status\": 1}",
                "{\"status\": null}",
                "{\"status\": \" \"}",
                "{\"status",
                "{\"status\"",
                "{\"status\": \"SUCC",
                "{\"status\": \"SUCC\\",
                "{\"status\": \"\\u12\"}",
                "{\"result\": {\"status\": \"SUCCESS\"}}",
                "{\"result\": {\"status\": \"SUCCESS\"}, ]"
            })
    void whatHasNoStatusIsNoResult(String text) {
        assertThat(read(text)).isEmpty();
    }
}
