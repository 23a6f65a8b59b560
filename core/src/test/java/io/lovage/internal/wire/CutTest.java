package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CutTest {
    @Test
    void whatFitsStaysAsItIs() {
        assertThat(Cut.middle("x".repeat(100), 100)).isEqualTo("x".repeat(100));
        assertThat(Cut.line("some text", 9)).isEqualTo("some text");
        assertThat(Cut.line("", 9)).isEmpty();
    }

    @Test
    void beginningAndEndAreKept() {
        String cut = Cut.middle("a".repeat(1_000) + "z".repeat(1_000), 200);

        assertThat(cut).hasSizeLessThanOrEqualTo(200).matches("a+ \\.\\.\\. \\[\\d+ characters cut] \\.\\.\\. z+");
        assertThat(Cut.middle(cut, 200)).isEqualTo(cut);
    }

    @Test
    void noCharacterIsCutInTwo() {
        for (int longest = 80; longest < 90; longest++) {
            String cut = Cut.middle("😀".repeat(100), longest);
            assertThat(cut.codePoints().filter(c -> c >= 0xD800 && c <= 0xDFFF)).isEmpty();
        }
        assertThat(Cut.line("😀😀", 3)).isEqualTo("😀…");
    }

    @Test
    void aLineIsOneLine() {
        assertThat(Cut.line("one\ntwo", 9)).isEqualTo("one");
        assertThat(Cut.line("\u001b[31m\tred", 99)).isEqualTo(" [31m red");
    }

    @Test
    void thereMustBeRoomForTheMark() {
        assertThatThrownBy(() -> Cut.middle("text", 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
