package io.lovage.redis;

import io.lovage.envelope.Envelope;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Destination;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Settles the deliveries of one queue. Thread-safe. */
final class Settler {
    /** While one part is settled the others are run. */
    private static final int GATHERINGS_PER_PREFETCH = 4;

    private static final byte[] NEVER_HANDED_OUT = Scripts.bytes(-1);

    /**
     * What it works with.
     *
     * @param oneStep whether scripts may touch several queues, and what they publish needs no further confirmation
     */
    record Surroundings(
            KeySpace keys,
            Outgoing outgoing,
            Publisher publisher,
            TimeSource time,
            Executor callbacks,
            boolean oneStep) {}

    private final Surroundings around;
    private final QueueSpec queue;
    private final QueueKeys keys;
    private final QueueKeys deadKeys;
    private final SettleLane acks;
    private final SettleLane releases;
    private final SettleLane burials;

    Settler(ConsumeSpec spec, Surroundings around) {
        this.around = around;
        this.queue = spec.queue();
        this.keys = around.keys().queue(queue.name());
        this.deadKeys = around.keys().queue(queue.deadLetterQueue());
        byte[][] all = keys.keys(true);
        this.acks = lane(
                new SettleLane.Target(Scripts.ACK, List.of(keys.leases(), keys.held()), List.of()),
                spec.prefetch() / GATHERINGS_PER_PREFETCH);
        this.releases = lane(new SettleLane.Target(Scripts.RELEASE, List.of(all), List.of(keys.levelsOf(all))), 1);
        this.burials = lane(
                new SettleLane.Target(
                        Scripts.BURY,
                        List.of(keys.leases(), keys.held(), deadKeys.queue(), deadKeys.base()),
                        List.of()),
                1);
    }

    private SettleLane lane(SettleLane.Target target, int gathered) {
        return new SettleLane(target, gathered, around.time(), around.callbacks());
    }

    /** Nothing waits to be settled with others any more: there will not be many. */
    void hurry() {
        acks.hurry();
    }

    void settle(RedisDelivery delivery, Settlement how) {
        how.<Runnable>fold(
                        ack -> () -> acks.add(delivery, delivery.id()),
                        ackAfter -> () -> ackAfter(delivery, ackAfter.first()),
                        release -> () -> release(delivery, release),
                        dead -> () -> bury(delivery, dead.reason()))
                .run();
    }

    private void release(RedisDelivery delivery, Settlement.Release release) {
        if (release.delay().compareTo(Outgoing.LONGEST_DELAY) > 0) {
            delivery.failed(new PublishException(
                    "a delay of " + UrlOptions.written(release.delay()) + " is too long, the longest is "
                            + UrlOptions.written(Outgoing.LONGEST_DELAY),
                    List.of(),
                    false,
                    null));
            return;
        }
        releases.add(delivery, delivery.id(), Scripts.bytes(Outgoing.millis(release.delay())));
    }

    /** What was never handed out goes back as if it had not been taken (rule R7.4). */
    void giveBack(RedisDelivery delivery) {
        releases.add(delivery, delivery.id(), NEVER_HANDED_OUT);
    }

    private void bury(RedisDelivery delivery, String reason) {
        OutboundMessage letter = OutboundMessage.to(
                queue.deadLetterQueue(),
                Obituary.write(delivery, queue.name(), reason, around.time().now()));
        if (around.oneStep()) {
            byte[] envelope = Envelope.write(letter.message(), queue.deadLetterQueue(), 0);
            burials.add(delivery, delivery.id(), envelope);
            return;
        }
        byte[][] all = deadKeys.keys(true);
        settleAfter(delivery, () -> {
            CompletionStage<Object> declared = delivery.session().run(Scripts.DECLARE, all, deadKeys.levelsOf(all));
            return declared.thenCompose(done -> around.publisher().publish(List.of(letter)));
        });
    }

    /** Rule R3.8. */
    private void ackAfter(RedisDelivery delivery, List<OutboundMessage> first) {
        if (first.isEmpty()) {
            acks.add(delivery, delivery.id());
        } else if (isOneStep(first)) {
            inOneStep(delivery, first);
        } else {
            settleAfter(delivery, () -> around.publisher().publish(first));
        }
    }

    private boolean isOneStep(List<OutboundMessage> first) {
        return first.size() <= Scripts.MOST_AT_ONCE
                && first.stream().allMatch(message -> isReachable(message.to()))
                && first.stream().map(around.outgoing()::refusal).allMatch(Optional::isEmpty);
    }

    private boolean isReachable(Destination to) {
        return to.fold(other -> around.oneStep() || other.name().equals(queue.name()), reply -> false);
    }

    /**
     * Publishes and settles in two steps. Whether the lease is held is asked before, so that a worker that has lost it
     * publishes nothing (rules R3.6 and R4.5). It is stretched by the same question, and so lasts until the end; also
     * where leases are not renewed: its task has ended.
     */
    private void settleAfter(RedisDelivery delivery, Supplier<CompletionStage<Void>> publishing) {
        CompletionStage<byte[]> asked = delivery.session()
                .run(
                        Scripts.RENEW,
                        new byte[][] {keys.leases()},
                        Scripts.bytes(queue.lease().toMillis()),
                        delivery.id());
        asked.whenComplete((held, failure) -> around.callbacks().execute(() -> {
            if (failure != null && RedisErrors.isAnswer(failure)) {
                delivery.failed(RedisErrors.doing("settle", failure));
            } else if (failure == null && Scripts.isYes(held, 0)) {
                publishAndAck(delivery, publishing);
            } else { // a lease does not outlive its connection
                delivery.settled(Settled.LEASE_LOST);
            }
        }));
    }

    private void publishAndAck(RedisDelivery delivery, Supplier<CompletionStage<Void>> publishing) {
        CompletionStage<Void> published;
        try {
            published = publishing.get();
        } catch (RuntimeException e) { // whatever it is, the delivery is still held
            published = CompletableFuture.failedFuture(e);
        }
        published.whenComplete((done, failure) -> {
            if (failure == null) {
                acks.add(delivery, delivery.id());
            } else {
                delivery.failed(RedisErrors.doing("publish before settling", failure));
            }
        });
    }

    private void inOneStep(RedisDelivery delivery, List<OutboundMessage> first) {
        List<byte[]> touched = new ArrayList<>(List.of(keys.leases(), keys.held()));
        List<byte[]> arguments = new ArrayList<>(List.of(delivery.id()));
        for (OutboundMessage message : first) {
            QueueKeys target = around.keys().queue(((Destination.Queue) message.to()).name());
            int priority = message.priority();
            touched.addAll(List.of(target.queue(), target.list(priority), target.delayed(), target.wake()));
            arguments.add(Scripts.bytes(target.level(priority)));
            arguments.add(Scripts.bytes(target.needsWake(priority) ? '1' : '0'));
            arguments.add(Scripts.bytes(Outgoing.millis(message.delay())));
            arguments.add(around.outgoing().envelope(message));
        }
        CompletionStage<Long> answer = delivery.session()
                .run(Scripts.ACK_AFTER, touched.toArray(byte[][]::new), arguments.toArray(byte[][]::new));
        answer.whenComplete(
                (applied, failure) -> around.callbacks().execute(() -> answered(delivery, first, applied, failure)));
    }

    private static void answered(
            RedisDelivery delivery, List<OutboundMessage> first, Long applied, @Nullable Throwable failure) {
        if (failure == null) {
            delivery.settled(applied == 1 ? Settled.APPLIED : Settled.LEASE_LOST);
        } else if (RedisErrors.isAnswer(failure)) {
            BrokerException reason = RedisErrors.doing("publish before settling", failure);
            delivery.failed(new PublishException(
                    RedisErrors.text(reason),
                    first.stream().map(PublishCall::id).toList(),
                    reason.retryable(),
                    reason));
        } else {
            delivery.settled(Settled.UNKNOWN);
        }
    }
}
