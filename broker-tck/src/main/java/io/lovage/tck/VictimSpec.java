package io.lovage.tck;

import io.lovage.spi.QueueSpec;
import java.util.Optional;

/**
 * The worker that a test will ill-treat: it declares the queue, takes {@code take} deliveries and holds them.
 *
 * @param take how many deliveries it takes, which is also its prefetch
 * @param url the broker by another way than the harness's own, for instance over a {@link NetworkFaults.Link}
 * @param crashAt one of {@link BrokerHarness#crashSteps}: its first AckAfter crashes there
 * @param heapMegabytes how much heap it gets at most
 */
public record VictimSpec(QueueSpec queue, int take, Optional<String> url, Optional<String> crashAt, int heapMegabytes) {
    private static final int USUAL_HEAP = 128;

    public static VictimSpec of(QueueSpec queue, int take) {
        return new VictimSpec(queue, take, Optional.empty(), Optional.empty(), USUAL_HEAP);
    }

    public VictimSpec over(NetworkFaults.Link link) {
        return new VictimSpec(queue, take, Optional.of(link.url()), crashAt, heapMegabytes);
    }

    public VictimSpec crashingAt(String step) {
        return new VictimSpec(queue, take, url, Optional.of(step), heapMegabytes);
    }

    public VictimSpec withHeap(int megabytes) {
        return new VictimSpec(queue, take, url, crashAt, megabytes);
    }
}
