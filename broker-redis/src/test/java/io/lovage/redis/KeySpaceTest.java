package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeySpaceTest {
    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    private static List<String> texts(byte[][] keys) {
        return Arrays.stream(keys).map(KeySpaceTest::text).toList();
    }

    @Test
    void theListOfAQueueIsCelerysAndOursLiesBesideIt() {
        QueueKeys keys = new KeySpace("", false, false).queue("imports");

        assertThat(text(keys.base())).isEqualTo("imports");
        assertThat(texts(keys.keys(false)))
                .containsExactly(
                        "lovage:{imports}:queue",
                        "lovage:{imports}:leases",
                        "lovage:{imports}:held",
                        "lovage:{imports}:counts",
                        "lovage:{imports}:delayed",
                        "lovage:{imports}:wake",
                        "imports");
        assertThat(text(keys.levelsOf(keys.keys(false)))).isEqualTo("0");
    }

    @Test
    void higherPrioritiesHaveListsOfOurOwnAndComeFirst() {
        QueueKeys keys = new KeySpace("p:", false, false).queue("q");

        assertThat(texts(keys.keys(true)).subList(6, 16))
                .startsWith("p:lovage:{q}:p9", "p:lovage:{q}:p8")
                .endsWith("p:lovage:{q}:p1", "p:q");
        assertThat(text(keys.levelsOf(keys.keys(true)))).isEqualTo("9876543210");
        assertThat(keys.waitingKeys(true)).hasSize(2);
        assertThat(keys.needsWake(0)).isFalse();
        assertThat(keys.needsWake(1)).isTrue();
    }

    @Test
    void celerysListsAreInCelerysReversedOrder() {
        QueueKeys keys = new KeySpace("", false, true).queue("q");

        assertThat(texts(keys.keys(false)).subList(6, 10))
                .containsExactly("q", "q\u0006\u00163", "q\u0006\u00166", "q\u0006\u00169");
        assertThat(text(keys.levelsOf(keys.keys(false)))).isEqualTo("9630");
        assertThat(text(keys.list(9))).isEqualTo("q");
        assertThat(text(keys.list(0))).isEqualTo("q\u0006\u00169");
        assertThat(keys.waitingKeys(false)).hasSize(4);
    }

    @Test
    void inAClusterAllKeysOfAQueueShareASlot() {
        QueueKeys keys = new KeySpace("", true, false).queue("q");

        assertThat(texts(keys.keys(true))).allMatch(key -> key.contains("{q}"));
    }
}
