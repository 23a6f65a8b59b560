package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A consumer with four lanes whose share group lets two members in; against a model, so that time can be told. */
class CrowdedConsumerTest {
    private static final int ROOM = 2;
    private static final int LANES = 4;

    private final AtomicInteger made = new AtomicInteger();
    private final Queue<Member> letIn = new ConcurrentLinkedQueue<>();
    private final LinkedBlockingQueue<Thread> refused = new LinkedBlockingQueue<>();
    private final ConsumerOnModel model = new ConsumerOnModel("profile=lane&lanes=" + LANES, LANES, this::member);

    @AfterEach
    void close() throws InterruptedException {
        model.close();
    }

    private ShareClient member() {
        Member member = new Member(made.incrementAndGet() <= ROOM);
        if (member.mayEnter) {
            letIn.add(member);
        }
        return member;
    }

    /** A member of the group, which brings nothing; or one that would be. */
    private final class Member implements ShareClient {
        private final Semaphore woken = new Semaphore(0);
        private final boolean mayEnter;
        private volatile boolean closed;

        Member(boolean mayEnter) {
            this.mayEnter = mayEnter;
        }

        @Override
        public List<Taken> poll(Duration wait) throws Woken {
            if (!mayEnter) {
                refused.add(Thread.currentThread());
                throw KafkaErrors.doing("take", new GroupMaxSizeReachedException("full"));
            }
            try {
                if (woken.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new Woken(new IllegalStateException("woken"));
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return List.of();
        }

        @Override
        public void acknowledge(Place place, Acknowledgement how) {
            throw new AssertionError("there is nothing");
        }

        @Override
        public Map<Integer, Answer> commit(Duration limit) {
            return Map.of();
        }

        @Override
        public boolean wasFull() {
            return false;
        }

        @Override
        public Map<Place, Answer> answers() {
            return Map.of();
        }

        @Override
        public Optional<Duration> lock() {
            return Optional.of(Duration.ofSeconds(30));
        }

        @Override
        public void wakeUp() {
            woken.release();
        }

        @Override
        public void close(Duration limit) {
            closed = true;
        }
    }

    /** The lanes that were not let in have told their consumer, and ended. */
    private void awaitRefused(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            refused.take().join();
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("R10.4 a full share group leaves a consumer its lanes, and is asked again after a minute")
    void aFullGroupLeavesAConsumerItsLanes() throws InterruptedException {
        model.startAndPoll();
        awaitRefused(LANES - ROOM);

        model.clock.advance(Crowd.PATIENCE.minusSeconds(1));
        assertThat(made).as("asked in vain").hasValue(LANES);
        assertThat(letIn).hasSize(ROOM).noneMatch(member -> member.closed);

        model.clock.advance(Duration.ofSeconds(1));
        awaitRefused(LANES - ROOM);
        assertThat(made).hasValue(2 * LANES - ROOM);
        assertThat(letIn).noneMatch(member -> member.closed);
    }
}
