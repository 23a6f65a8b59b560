package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import io.lovage.spi.TaskId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultKeysTest {
    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    @Test
    void aDocumentLiesWhereCeleryHasIt() {
        assertThat(text(ResultKeys.of("").document(new TaskId("simple-0001"))))
                .isEqualTo("celery-task-meta-simple-0001");
    }

    @ParameterizedTest
    @CsvSource({"app,app_", "app:,app:", "app_,app_", "app-,app-", "app.,app.", "app/,app/_"})
    void anUnderscoreFollowsThePrefixUnlessItEndsLikeOne(String given, String used) {
        assertThat(text(ResultKeys.of(given).document(new TaskId("x")))).isEqualTo(used + "celery-task-meta-x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "a{b", "{tag}", "x{tag}y", "x:{a}{b}", "ü € 😀"})
    void bothKeysOfATaskShareASlotOfACluster(String id) {
        for (String prefix : new String[] {"", "app:"}) {
            ResultKeys keys = ResultKeys.of(prefix);
            assertThat(SlotHash.getSlot(keys.fence(new TaskId(id))))
                    .isEqualTo(SlotHash.getSlot(keys.document(new TaskId(id))));
        }
    }

    @Test
    void theChannelNamesTheTask() {
        ResultKeys keys = ResultKeys.of("app");
        TaskId id = new TaskId("ü x");

        assertThat(keys.task(keys.document(id))).contains(id);
        assertThat(keys.task(ResultKeys.of("").document(id))).isEmpty();
        assertThat(keys.task("app_celery-task-meta-".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }
}
