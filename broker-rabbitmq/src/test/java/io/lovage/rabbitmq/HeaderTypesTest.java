package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The story: a header with an integer of more than 32 bits, written by Python, ended each connection that took it. */
class HeaderTypesTest {
    private static byte[] frame() throws Exception {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("text", "a long l, and a large L");
        headers.put("none", null);
        headers.put("flag", true);
        headers.put("small", 7);
        headers.put("large", 1L << 40);
        headers.put("float", 1.5);
        headers.put("list", List.of(-1L, Map.of("deep", 1L << 50)));
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .headers(headers)
                .priority(3)
                .build();
        Frame frame = properties.toFrame(1, 100);
        return frame.getPayload();
    }

    /** What Python would have written: the same, with the other letter before each large integer. */
    private static byte[] asPythonWrites(byte[] frame) {
        byte[] changed = frame.clone();
        for (int i = 0; i + 8 < changed.length; i++) {
            boolean large = changed[i] == 'l'
                    && (changed[i + 1] == 0 || changed[i + 1] == -1)
                    && (changed[i + 2] == 0 || changed[i + 2] == -1 || changed[i + 2] == 4);
            if (large) {
                changed[i] = 'L';
            }
        }
        return changed;
    }

    @Test
    @DisplayName("R10.6 large integers of Python are read, wherever they are")
    void largeIntegersOfPythonAreRead() throws Exception {
        byte[] plain = frame();
        byte[] python = asPythonWrites(plain);
        assertThat(python).isNotEqualTo(plain);

        HeaderTypes.translate(python);

        assertThat(python).isEqualTo(plain);
    }

    @Test
    void everythingElseStaysAsItIs() throws Exception {
        byte[] frame = frame();
        HeaderTypes.translate(frame);
        assertThat(frame).isEqualTo(frame());
    }

    @Test
    void brokenFramesAreLeftToTheLibrary() throws Exception {
        Random random = new Random(7);
        byte[] whole = frame();
        for (int i = 0; i < 10_000; i++) {
            byte[] broken = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            if (broken.length > 0) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> HeaderTypes.translate(broken)).doesNotThrowAnyException();
        }
    }
}
