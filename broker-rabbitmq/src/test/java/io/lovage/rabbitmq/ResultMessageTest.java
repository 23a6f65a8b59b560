package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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
    void garbageIsNoResult() {
        assertThat(read("{\"status\": ")).isEmpty();
        assertThat(read("[1]")).isEmpty();
        assertThat(read("")).isEmpty();
        assertThat(read("{\"status\": \"  \", \"task_id\": \"\"}")).isEmpty();
    }
}
