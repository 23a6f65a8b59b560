package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultHeadTest {
    private static ResultHead read(String document) {
        return ResultHead.read(document.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void onlyTheFieldsOfTheDocumentItselfCount() {
        ResultHead head = read("{\"result\": {\"status\": \"FAILURE\", \"task_id\": [1]}, \"children\": [[\"status\"]],"
                + " \"traceback\": null, \"status\": \"SUCCESS\", \"task_id\": \"t\"}");

        assertThat(head).isEqualTo(new ResultHead(Optional.of("t"), "SUCCESS"));
    }

    @Test
    void pythonsNumbersThatAreNoneDoNotDisturb() {
        assertThat(read("{\"result\": [NaN, Infinity, -Infinity], \"status\": \"SUCCESS\"}"))
                .isEqualTo(new ResultHead(Optional.empty(), "SUCCESS"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "[]",
                "5",
                "\"SUCCESS\"",
                "{}",
                "{\"status\": 1}",
                "{\"status\": null}",
                "{\"status\": \" \"}",
                "{\"status",
                "{\"status\": \"SUCC",
                "{\"result\": {\"status\": \"SUCCESS\"}}"
            })
    void whatIsNoDocumentIsRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no result document");
    }
}
