package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.internal.time.NamedThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class InHandTest {
    private static final int PREFETCH = 10;
    private static final int MANY = 200_000;

    private final InHand<One> inHand = new InHand<>(PREFETCH);

    private static final class One implements InHand.Entry {
        private final long tag;
        private volatile boolean here = true;

        One(long tag) {
            this.tag = tag;
        }

        @Override
        public long tag() {
            return tag;
        }

        @Override
        public boolean isInHand() {
            return here;
        }
    }

    private One add(long tag) {
        One one = new One(tag);
        inHand.add(one);
        return one;
    }

    private void remove(One one) {
        one.here = false;
        inHand.remove(one);
    }

    @Test
    void whatCameAndIsNotSettledIsInHand() {
        One first = add(1);
        One second = add(2);
        remove(first);

        assertThat(inHand.all()).containsExactly(second);
        assertThat(inHand.where(one -> one.tag() == 1)).isEmpty();
        assertThat(inHand.highest()).isEqualTo(2);
    }

    @Test
    void whatIsHeldForLongIsNotForgottenBehindManyShortOnes() {
        One held = add(1);
        for (long tag = 2; tag < 1_000; tag++) {
            remove(add(tag));
        }
        assertThat(inHand.all()).containsExactly(held);

        remove(held);
        assertThat(inHand.all()).isEmpty();
    }

    /** One that is settled just when the next one comes to its place leaves by one of the two ways, not by neither. */
    @Test
    void whatIsSettledWhileItMovesIsGone() throws InterruptedException {
        long seed = System.identityHashCode(this);
        Random random = new Random(seed);
        Queue<One> toSettle = new ConcurrentLinkedQueue<>();
        One end = new One(0);
        Thread settler = new NamedThreads("test").named("settle").newThread(() -> {
            One next = toSettle.poll();
            while (next != end) {
                if (next == null) {
                    Thread.onSpinWait();
                } else {
                    remove(next);
                }
                next = toSettle.poll();
            }
        });
        settler.start();
        List<One> held = new ArrayList<>();
        for (long tag = 1; tag <= MANY; tag++) {
            One one = add(tag);
            if (held.size() < PREFETCH && random.nextInt(1_000) == 0) {
                held.add(one);
            } else {
                toSettle.add(one);
            }
        }
        toSettle.add(end);
        settler.join();

        assertThat(inHand.all()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(held);
    }
}
