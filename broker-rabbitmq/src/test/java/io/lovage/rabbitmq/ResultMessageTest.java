package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResultMessageTest {
    private Optional<StoredResult> read(String json) {
        return ResultMessage.read("correlated", json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aResultOfCeleryIsRead() {
        assertThat(read("{\"result\": {\"status\": \"inner\"}, \"task_id\": \"t\", \"status\": \"SUCCESS\"}"))
                .hasValueSatisfying(read -> {
                    assertThat(read.id()).isEqualTo(new TaskId("t"));
                    assertThat(read.state()).isEqualTo(TaskState.SUCCESS);
                });
        assertThat(read("{\"status\": \"RETRY\"}")).map(StoredResult::id).contains(new TaskId("correlated"));
    }

    @Test
    @DisplayName("R11.8 whoever waits for a result that cannot be read is told that it failed")
    void whatCannotBeReadIsAFailureOfTheTaskItAnswers() {
        for (String garbage : List.of("{\"status\": ", "[1]", "", "{\"status\": \"  \", \"task_id\": \"\"}")) {
            assertThat(read(garbage)).hasValueSatisfying(read -> {
                assertThat(read.id()).isEqualTo(new TaskId("correlated"));
                assertThat(read.state()).isEqualTo(TaskState.FAILURE);
            });
        }
    }

    @Test
    void whatBelongsToNobodyIsNoResult() {
        assertThat(ResultMessage.read(null, new byte[0])).isEmpty();
        assertThat(ResultMessage.read(null, "{\"status\": \"SUCCESS\"}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(ResultMessage.read("", new byte[0])).isEmpty();
    }
}
