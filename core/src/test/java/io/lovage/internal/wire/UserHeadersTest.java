package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserHeadersTest {
    private final Map<String, @Nullable Object> headers = new LinkedHashMap<>();

    @Test
    void ofOnesOwnTravel() {
        UserHeaders.addTo(headers, Map.of("trace", "abc"));
        assertThat(headers).containsEntry("trace", "abc");
    }

    /** The story: {@code children} in the headers, the task runs, and no result is ever stored. */
    @ParameterizedTest
    @ValueSource(strings = {"task", "children", "kwargs", "headers", "get", "_children", "__class__", "lovage-x", ""})
    void withANameThatTheProtocolOrPythonsRequestHasAreRefused(String name) {
        assertThatThrownBy(() -> UserHeaders.addTo(headers, Map.of(name, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("used by the protocol");
    }

    @Test
    void ofASignatureAreTakenWithoutThose() {
        assertThat(UserHeaders.ownOnly(Map.of("trace", "abc", "children", 1))).isEqualTo(Map.of("trace", "abc"));
    }
}
