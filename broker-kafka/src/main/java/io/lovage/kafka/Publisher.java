package io.lovage.kafka;

import io.lovage.kafka.Outgoing.Written;
import io.lovage.kafka.Producers.Generation;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes, and confirms when the brokers hold a message (rule R1.1). Thread-safe.
 *
 * <p>All messages of one call to one queue go to one partition, so that they keep their order (rule R1.4). A call that
 * is not confirmed at once has its topics looked at: one that is gone fails it (rule R1.8), after the producer that
 * still holds its records was closed, so that nothing arrives that was told to have failed.
 */
final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    /** A call that takes longer has its topics looked at. */
    private static final Duration SLOW = Duration.ofMillis(250);
    /** What others may take to be confirmed by a producer that is given up. */
    private static final Duration LAST_ORDERS = Duration.ofSeconds(1);

    /** What it works with. */
    record Surroundings(Topics topics, Producers producers, TimeSource time, Executor callbacks) {}

    private final ConcurrentHashMap<String, AtomicInteger> turns = new ConcurrentHashMap<>();
    private final Set<PublishCall> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Outgoing outgoing;
    private final Duration timeout;
    private final Surroundings around;
    private final PublishWindow window;
    private volatile TimeSource.@Nullable Timer timer;
    private volatile boolean closed;

    Publisher(Outgoing outgoing, int windowBytes, Duration timeout, Surroundings around) {
        this.outgoing = outgoing;
        this.timeout = timeout;
        this.around = around;
        this.window = new PublishWindow(windowBytes);
    }

    CompletionStage<Void> publish(List<OutboundMessage> messages) {
        if (messages.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<String> ids = messages.stream().map(Publisher::id).toList();
        List<Written> records = new ArrayList<>(messages.size());
        long bytes = 0;
        for (OutboundMessage message : messages) {
            Optional<BrokerException> refusal = outgoing.refusal(message);
            if (refusal.isPresent()) {
                return refused(ids, refusal.get());
            }
            Written record = outgoing.write(message);
            if (record.bytes() > outgoing.options().largestRecord()) {
                return refused(
                        ids,
                        new ConfigurationException("a message has " + record.bytes()
                                + " bytes with its headers, the most that is taken is "
                                + outgoing.options().largestRecord() + " (?largest_message=)"));
            }
            bytes += record.bytes();
            records.add(record);
        }
        return publish(ids, records, bytes);
    }

    /** Publishes a record that was written already. */
    CompletionStage<Void> publish(Written record) {
        return publish(List.of("(a record)"), List.of(record), record.bytes());
    }

    private CompletionStage<Void> publish(List<String> ids, List<Written> records, long bytes) {
        try {
            window.enter(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(ids, new BrokerUnavailableException("interrupted while waiting to publish", e));
        } catch (BrokerException e) {
            return refused(ids, e);
        }
        PublishCall call = begin(ids, records, bytes);
        Set<String> unknown = new TreeSet<>();
        for (Written record : records) {
            boolean delayed = !record.topic().equals(record.target());
            for (String topic : record.topics()) {
                if (delayed || around.topics().known(topic).isEmpty()) {
                    unknown.add(topic);
                }
            }
        }
        if (unknown.isEmpty()) {
            send(call, records);
        } else {
            ask(call, unknown, records);
        }
        return call.promise();
    }

    private PublishCall begin(List<String> ids, List<Written> records, long bytes) {
        Set<String> topics = new TreeSet<>();
        records.forEach(record -> topics.addAll(record.topics()));
        long now = around.time().nanoTime();
        PublishCall call = new PublishCall(
                new PublishCall.Facts(ids, topics, bytes, now, now + timeout.toNanos()), around.callbacks());
        open.add(call);
        CompletionStage<Void> promise = call.promise();
        promise.whenComplete((done, failure) -> {
            open.remove(call);
            window.leave(bytes);
        });
        if (closed) {
            close();
        } else {
            watch();
        }
        return call;
    }

    private static CompletionStage<Void> refused(List<String> ids, BrokerException why) {
        return CompletableFuture.failedFuture(new PublishException(KafkaErrors.text(why), ids, why.retryable(), why));
    }

    static String id(OutboundMessage message) {
        return message.message().properties().correlationId().orElse("(no id)");
    }

    /** A topic that is missing fails the call before anything of it is sent. */
    private void ask(PublishCall call, Set<String> unknown, List<Written> records) {
        around.topics()
                .missing(unknown)
                .whenCompleteAsync(
                        (missing, failure) -> {
                            if (failure != null) {
                                call.giveUp(KafkaErrors.doing("publish", failure));
                            } else if (!missing.isEmpty()) {
                                call.giveUp(gone(missing));
                            } else if (!call.isOver()) {
                                send(call, records);
                            }
                        },
                        around.callbacks());
    }

    private QueueNotFoundException gone(Set<String> topics) {
        String levels = outgoing.options().names().own("delay.");
        return new QueueNotFoundException("there is no topic " + String.join(", ", topics) + " on Kafka: "
                + (topics.stream().anyMatch(topic -> topic.startsWith(levels))
                        ? "nothing can be delayed, since it was not created by declaring a queue, or was deleted"
                        : "the queue was not declared, or was deleted meanwhile"));
    }

    private void send(PublishCall call, List<Written> records) {
        Generation generation;
        try {
            generation = around.producers().current();
        } catch (RuntimeException e) {
            call.giveUp(KafkaErrors.doing("publish", e));
            return;
        }
        call.sentBy(generation.number());
        Map<String, Integer> partitions = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            Written written = records.get(i);
            int partition = partitions.computeIfAbsent(written.topic(), this::nextPartition);
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(written.topic(), partition, written.key(), written.value());
            written.headers().forEach(record.headers()::add);
            int index = i;
            try {
                Future<RecordMetadata> unused = generation
                        .producer()
                        .send(record, (metadata, failure) -> answered(call, index, written, failure));
            } catch (KafkaException | IllegalStateException e) {
                answered(call, index, written, e);
            }
        }
    }

    /** One after the other, each call from the next on. */
    private int nextPartition(String topic) {
        int count = Math.max(1, around.topics().known(topic).orElse(1));
        return Math.floorMod(
                turns.computeIfAbsent(topic, first -> new AtomicInteger()).getAndIncrement(), count);
    }

    private void answered(PublishCall call, int index, Written record, @Nullable Exception failure) {
        if (failure == null) {
            call.confirmed(index);
            return;
        }
        call.facts().topics().forEach(around.topics()::forget);
        if (TooLarge.is(failure)) {
            TooLarge.explain(record, around.topics(), failure)
                    .thenAcceptAsync(why -> call.failed(index, why), around.callbacks());
        } else {
            call.failed(index, KafkaErrors.doing("publish", failure));
        }
    }

    /** One timer looks after all calls, and sleeps when there is none. */
    private void watch() {
        if (!open.isEmpty() && watching.compareAndSet(false, true)) {
            timer = around.time().after(SLOW, () -> {
                watching.set(false);
                look();
                watch();
            });
        }
    }

    private void look() {
        long now = around.time().nanoTime();
        for (PublishCall call : open) {
            if (call.facts().deadline() - now <= 0) {
                call.facts().topics().forEach(around.topics()::forget);
                call.giveUp(new BrokerUnavailableException("Kafka did not confirm within " + timeout));
            } else if (now - call.facts().begun() >= SLOW.toNanos() && call.generation() >= 0 && !call.isOver()) {
                around.topics().missing(call.facts().topics()).whenComplete((missing, failure) -> {
                    if (failure == null && !missing.isEmpty() && call.isMissingAgain()) {
                        giveUpProducer(call, missing);
                    }
                });
            }
        }
    }

    /** Its records can never be taken back, and must not arrive if the topic comes again. */
    private void giveUpProducer(PublishCall doomed, Set<String> missing) {
        log.warn("topic {} is gone from Kafka while something was published to it", missing);
        doomed.blame(gone(missing));
        int number = doomed.generation();
        Generation old = around.producers().retire(number);
        if (old == null) {
            return; // another call has noticed first: the producer is being closed
        }
        CompletableFuture<?>[] others = open.stream()
                .filter(call -> call.generation() == number)
                .filter(call -> call.facts().topics().stream().noneMatch(missing::contains))
                .map(PublishCall::promise)
                .toArray(CompletableFuture[]::new);
        AtomicBoolean once = new AtomicBoolean();
        Runnable close = () -> {
            if (once.compareAndSet(false, true)) {
                around.callbacks().execute(() -> old.producer().close(Duration.ZERO));
            }
        };
        around.time().after(LAST_ORDERS, close);
        CompletionStage<Void> done = CompletableFuture.allOf(others);
        done.whenComplete((all, failure) -> close.run());
    }

    /** Fails what is not confirmed. Idempotent. */
    @Override
    public void close() {
        closed = true;
        window.close();
        TimeSource.Timer watch = timer;
        if (watch != null) {
            watch.cancel();
        }
        open.forEach(call -> call.giveUp(new BrokerUnavailableException("this connection to Kafka was closed")));
    }
}
