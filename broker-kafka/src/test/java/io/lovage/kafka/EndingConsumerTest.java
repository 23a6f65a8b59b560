package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A consumer that is drained while its lane waits, and whose lane gets something all the same. */
class EndingConsumerTest {
    private static final Duration LOCK = Duration.ofSeconds(30);

    /** Waits until it is woken; the next poll brings a record. */
    private static final class LateClient implements ShareClient {
        private final CountDownLatch polled = new CountDownLatch(1);
        private final CountDownLatch woken = new CountDownLatch(1);
        private final ModelClient model;

        LateClient(TimeSource time) {
            SharePartition partition = new SharePartition(time, LOCK);
            partition.add(1);
            model = new ModelClient(partition, 1);
        }

        @Override
        public List<Taken> poll(Duration wait) throws Woken {
            if (woken.getCount() > 0) {
                polled.countDown();
                try {
                    woken.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                throw new Woken(new IllegalStateException("woken"));
            }
            return model.poll(wait);
        }

        @Override
        public void acknowledge(Place place, Acknowledgement how) {
            model.acknowledge(place, how);
        }

        @Override
        public Map<Integer, Answer> commit(Duration limit) {
            return model.commit(limit);
        }

        @Override
        public boolean wasFull() {
            return model.wasFull();
        }

        @Override
        public Map<Place, Answer> answers() {
            return model.answers();
        }

        @Override
        public Optional<Duration> lock() {
            return model.lock();
        }

        @Override
        public void wakeUp() {
            woken.countDown();
        }

        @Override
        public void close(Duration limit) {
            model.close(limit);
        }
    }

    /**
     * The end of draining was reckoned without what came while the lanes ended. Its consumer was closed while a copy
     * was on its way: the original came again beside the copy.
     */
    @Test
    @Timeout(60)
    @DisplayName("R7.4 who drains waits for what came while the lanes ended, too")
    void whoDrainsWaitsForWhatCameWhileTheLanesEnded() throws InterruptedException {
        LateClient[] only = new LateClient[1];
        ConsumerOnModel model = new ConsumerOnModel("profile=lane&lanes=1", 1, () -> only[0]);
        only[0] = new LateClient(model.clock);
        model.startAndPoll();
        only[0].polled.await();

        model.close();

        assertThat(only[0].model.commits)
                .as("what was sent before the lane ended")
                .containsExactly(Map.of(new Place(0, 0), Acknowledgement.RELEASE));
    }
}
