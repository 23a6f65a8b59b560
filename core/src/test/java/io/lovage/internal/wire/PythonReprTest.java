package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("Arguments for people to read")
class PythonReprTest {
    static Stream<JsonNode> args() {
        return StreamSupport.stream(Golden.saferepr().get("args").spliterator(), false);
    }

    static Stream<JsonNode> kwargs() {
        return StreamSupport.stream(Golden.saferepr().get("kwargs").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("args")
    void positionalOnesLookAsCeleryShowsThem(JsonNode captured) {
        assertThat(PythonRepr.tuple((ArrayNode) captured.get("args")))
                .isEqualTo(captured.get("repr").stringValue());
    }

    @ParameterizedTest
    @MethodSource("kwargs")
    void keywordOnesLookAsCeleryShowsThem(JsonNode captured) {
        assertThat(PythonRepr.dict((ObjectNode) captured.get("kwargs")))
                .isEqualTo(captured.get("repr").stringValue());
    }

    @Test
    void numbersThatAreNoneHavePythonsNames() {
        assertThat(PythonRepr.number(Double.NaN)).isEqualTo("nan");
        assertThat(PythonRepr.number(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
        assertThat(PythonRepr.number(Double.POSITIVE_INFINITY)).isEqualTo("inf");
    }

    @Test
    void aCharacterOfTwoHalvesIsNotCutInTheMiddle() {
        String shown = PythonRepr.tuple(Json.NODES.arrayNode().add("x".repeat(1022) + "😀" + "x".repeat(9)));

        assertThat(shown).contains("x...").doesNotContain("\uD83D");
    }
}
