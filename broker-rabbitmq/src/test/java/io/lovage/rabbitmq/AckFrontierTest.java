package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AckFrontierTest {
    private final AckFrontier frontier = new AckFrontier();

    private int settle(long... tags) {
        return frontier.settle(tags, tags.length);
    }

    @Test
    void aFinishedPrefixIsSettledTogether() {
        assertThat(settle(1, 2, 3)).isEqualTo(3);
        assertThat(settle(4)).isEqualTo(1);
        assertThat(frontier.unsettled()).isZero();
    }

    @Test
    void whatLiesBehindAnUnfinishedDeliveryIsSettledAlone() {
        assertThat(settle(2, 3)).isZero();
        assertThat(settle(5)).isZero();
        assertThat(frontier.unsettled()).isEqualTo(2);
    }

    @Test
    void theOldestUnfinishedOneOpensTheWay() {
        settle(2, 3);
        assertThat(settle(1, 4)).as("1 and 4: everything before 4 is settled").isEqualTo(2);
    }

    @Test
    void onlyTheTagsBeforeTheFirstGapBelongToThePrefix() {
        settle(2);
        assertThat(settle(1, 3, 5)).isEqualTo(2);
    }

    @Test
    void aLongRunningDeliveryCostsOneGapHoweverManyPassIt() {
        for (long tag = 2; tag < 100_000; tag++) {
            assertThat(settle(tag)).isZero();
        }
        assertThat(frontier.unsettled()).isEqualTo(1);
        assertThat(settle(1)).isEqualTo(1);
    }

    @Test
    void settlingTwiceIsABug() {
        settle(1, 2);
        assertThatThrownBy(() -> settle(2)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 42, 20_261_122})
    void neverCoversWhatIsNotSettled(long seed) {
        Random random = new Random(seed);
        TreeSet<Long> outstanding = new TreeSet<>();
        long next = 1;
        for (int round = 0; round < 2_000; round++) {
            while (outstanding.size() < 20) {
                outstanding.add(next++);
            }
            List<Long> candidates = new ArrayList<>(outstanding);
            long[] batch = random.longs(1 + random.nextInt(6), 0, candidates.size())
                    .distinct()
                    .map(at -> candidates.get((int) at))
                    .sorted()
                    .toArray();
            Arrays.stream(batch).forEach(outstanding::remove);
            int prefix = frontier.settle(batch, batch.length);
            long firstUnsettled = outstanding.isEmpty() ? Long.MAX_VALUE : outstanding.first();
            assertThat(Arrays.stream(batch).filter(tag -> tag < firstUnsettled).count())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(prefix);
        }
    }
}
