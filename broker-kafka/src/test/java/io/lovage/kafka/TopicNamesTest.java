package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.ConfigurationException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("R12.4 names of queues as names of topics")
class TopicNamesTest {
    private static final String ALPHABET = "ab.-_:@/cdms";
    private static final int LONGEST_TOPIC = 249;

    private final TopicNames names = new TopicNames("");

    @Test
    void whatKafkaAllowsStaysAsItIs() {
        for (String name : List.of("celery", "flights.import", "a-b_c.d", "Imports-2", "a--b", "lovage")) {
            assertThat(names.topic(name)).isEqualTo(name);
        }
    }

    @Test
    void whatKafkaDoesNotKnowIsWrittenInLetters() {
        assertThat(names.topic("shop:eu@dc/1")).isEqualTo("shop-.ceu-.adc-.s1");
    }

    @Test
    void everyNameIsReadBackAndNoTwoNamesShareATopic() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> queues = new HashSet<>();
        Set<String> topics = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder("a");
            int length = random.nextInt(8);
            for (int c = 0; c < length; c++) {
                name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            String queue = name.toString();
            String topic = names.topic(queue);

            assertThat(names.queue(topic)).as("seed %d", seed).isEqualTo(queue);
            assertThat(topic).matches("[a-zA-Z0-9._-]+");
            queues.add(queue);
            topics.add(topic);
        }
        assertThat(topics).as("seed %d", seed).hasSameSizeAs(queues);
    }

    @Test
    void noQueueTakesATopicOfOurOwn() {
        assertThat(names.topic("lovage.delay.3")).isEqualTo("lovage-.ddelay.3");
        assertThat(names.queue("lovage-.ddelay.3")).isEqualTo("lovage.delay.3");
        assertThat(names.own("delay.3")).isEqualTo("lovage.delay.3");
    }

    @Test
    void thePrefixStandsBeforeEveryTopic() {
        TopicNames prefixed = new TopicNames("shop.");

        assertThat(prefixed.topic("a:b")).isEqualTo("shop.a-.cb");
        assertThat(prefixed.queue("shop.a-.cb")).isEqualTo("a:b");
        assertThat(prefixed.own("results")).isEqualTo("shop.lovage.results");
    }

    @Test
    void aNameThatIsTooLongAsATopicIsRefused() {
        assertThat(names.topic("a".repeat(180))).hasSizeLessThanOrEqualTo(LONGEST_TOPIC);
        assertThatThrownBy(() -> names.topic("a" + "/".repeat(100)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("301 characters")
                .hasMessageContaining("249");
    }
}
