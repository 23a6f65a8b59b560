package io.lovage.tck.faulty;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueStats;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** The ways to be broken, each with the rule that must find it. */
public enum Fault implements Defect {
    /** The control: a decorator that breaks nothing. */
    NONE(""),

    DROPS_AN_ACK("R3.1") {
        @Override
        public CompletionStage<Settled> settle(Broker sound, Delivery delivery, Settlement how) {
            if (how instanceof Settlement.Ack && correlationId(delivery).hashCode() % 7 == 0) {
                delivery.abandon();
                return CompletableFuture.completedStage(Settled.APPLIED);
            }
            return delivery.settle(how);
        }
    },

    DUPLICATES("R2.3") {
        @Override
        public CompletionStage<Void> publish(Broker sound, TimeSource time, List<OutboundMessage> messages) {
            List<OutboundMessage> more = new ArrayList<>(messages);
            if (messages.size() > 20) {
                more.add(messages.get(messages.size() - 1));
            }
            return sound.publish(more);
        }
    },

    LOSES_ON_CRASH("R4.3") {
        @Override
        public void killed(Delivery held) {
            held.settle(Settlement.ack());
        }
    },

    IGNORES_DELAY("R5.1") {
        @Override
        public CompletionStage<Void> publish(Broker sound, TimeSource time, List<OutboundMessage> messages) {
            return sound.publish(messages.stream()
                    .map(message -> message.delayedBy(message.delay().dividedBy(2)))
                    .toList());
        }
    },

    RELEASES_AT_ONCE("R3.3") {
        @Override
        public CompletionStage<Settled> settle(Broker sound, Delivery delivery, Settlement how) {
            return delivery.settle(how instanceof Settlement.Release ? Settlement.release(Duration.ZERO) : how);
        }
    },

    CLAIMS_APPLIED("R3.6") {
        @Override
        public CompletionStage<Settled> settle(Broker sound, Delivery delivery, Settlement how) {
            return delivery.settle(how).thenApply(settled -> settled == Settled.LEASE_LOST ? Settled.APPLIED : settled);
        }
    },

    SETTLES_FIRST("R3.8") {
        @Override
        public CompletionStage<Settled> settle(Broker sound, Delivery delivery, Settlement how) {
            return how instanceof Settlement.AckAfter after
                    ? delivery.settle(Settlement.ack())
                            .thenCompose(settled -> sound.publish(after.first()).thenApply(held -> settled))
                    : delivery.settle(how);
        }
    },

    FAKES_THE_DELIVERY_COUNT("R7.1") {
        @Override
        public int count(Delivery delivery) {
            return 1;
        }
    },

    FAKES_STATISTICS("R9.1") {
        @Override
        public QueueStats stats(QueueStats sound) {
            return new QueueStats(sound.ready(), sound.inFlight(), OptionalLong.of(0), sound.dead());
        }
    },

    REORDERS("R1.4") {
        @Override
        public CompletionStage<Void> publish(Broker sound, TimeSource time, List<OutboundMessage> messages) {
            List<OutboundMessage> swapped = new ArrayList<>(messages);
            if (swapped.size() > 20) {
                Collections.swap(swapped, 10, 11);
            }
            return sound.publish(swapped);
        }
    },

    CONFIRMS_BEFORE_STORING("R1.1") {
        @Override
        public CompletionStage<Void> publish(Broker sound, TimeSource time, List<OutboundMessage> messages) {
            time.after(Duration.ofMillis(10), () -> sound.publish(messages));
            return CompletableFuture.completedStage(null);
        }
    },

    IGNORES_PREFETCH("R2.2") {
        @Override
        public ConsumeSpec consume(ConsumeSpec spec) {
            return new ConsumeSpec(spec.queue(), spec.prefetch() + 1, spec.renew(), spec.consumerName());
        }
    },

    NEVER_TELLS_A_LOSS("R4.4") {
        @Override
        public void onLost(Delivery delivery, Runnable action) {}
    },

    DOES_NOT_RENEW("R4.2") {
        @Override
        public ConsumeSpec consume(ConsumeSpec spec) {
            return spec.withoutRenewal();
        }
    },

    DROPS_DEAD_LETTERS("R3.4") {
        @Override
        public CompletionStage<Settled> settle(Broker sound, Delivery delivery, Settlement how) {
            return delivery.settle(how instanceof Settlement.DeadLetter ? Settlement.ack() : how);
        }
    },

    BROADCASTS_TWICE("R13.1") {
        @Override
        public boolean broadcast(Broadcasts sound, Broadcasts.Target to, Message message) {
            sound.send(to, message);
            return sound.send(to, message);
        }
    },

    LEAVES_A_THREAD("R10.3") {
        @Override
        public void connected(Threads threads) {
            threads.named("left-behind").newThread(Fault::waitForEver).start();
        }
    };

    private final String rule;

    Fault(String rule) {
        this.rule = rule;
    }

    /** The rule whose test must fail; empty when none may. */
    public String rule() {
        return rule;
    }

    /** Its name in a URL. */
    public String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Fault of(String option) {
        return valueOf(option.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static String correlationId(Delivery delivery) {
        return delivery.message().message().properties().correlationId().orElse("");
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
