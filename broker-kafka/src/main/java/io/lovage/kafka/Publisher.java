package io.lovage.kafka;

import io.lovage.kafka.Outgoing.Draft;
import io.lovage.kafka.Outgoing.Written;
import io.lovage.kafka.Producers.Generation;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
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
    /** Whether an answer about the topics of slow calls is awaited: a slow broker is asked one thing at a time. */
    private final AtomicBoolean asking = new AtomicBoolean();

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
        List<Draft> drafts = new ArrayList<>(messages.size());
        for (OutboundMessage message : messages) {
            Optional<BrokerException> refusal = outgoing.refusal(message);
            if (refusal.isPresent()) {
                return refused(ids, refusal.get());
            }
            drafts.add(outgoing.draft(message));
        }
        return publish(ids, drafts);
    }

    /** Publishes a record that was written already. */
    CompletionStage<Void> publish(Written record) {
        return publish(List.of("(a record)"), List.of(record));
    }

    /** Publishes drafts that nobody judges; {@code ids}: how a failure names them. */
    CompletionStage<Void> publish(List<String> ids, List<? extends Draft> drafts) {
        long begun = around.time().nanoTime();
        long bytes = drafts.stream().mapToLong(Draft::bytes).sum();
        try {
            window.enter(bytes, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(ids, new BrokerUnavailableException("interrupted while waiting to publish", e));
        } catch (BrokerException e) {
            return refused(ids, e);
        }
        Set<String> topics = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        for (Draft draft : drafts) {
            boolean delayed = !draft.topic().equals(draft.target());
            for (String topic : delayed ? List.of(draft.topic(), draft.target()) : List.of(draft.topic())) {
                if (topics.add(topic)
                        && (delayed || around.topics().known(topic).isEmpty())) {
                    unknown.add(topic);
                }
            }
        }
        PublishCall call = begin(new PublishCall.Facts(ids, topics, bytes, begun, begun + timeout.toNanos()));
        if (unknown.isEmpty()) {
            send(call, drafts);
        } else {
            ask(call, unknown, drafts);
        }
        return call.promise();
    }

    private PublishCall begin(PublishCall.Facts facts) {
        PublishCall call = new PublishCall(facts, around.callbacks(), () -> window.leave(facts.bytes()));
        open.add(call);
        CompletionStage<Void> promise = call.promise();
        promise.whenComplete((done, failure) -> open.remove(call));
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
    private void ask(PublishCall call, Set<String> unknown, List<? extends Draft> drafts) {
        around.topics()
                .missing(unknown)
                .whenCompleteAsync(
                        (missing, failure) -> {
                            if (failure != null) {
                                call.giveUp(KafkaErrors.doing("publish", failure));
                            } else if (!missing.isEmpty()) {
                                call.giveUp(gone(missing));
                            } else if (!call.isOver()) {
                                send(call, drafts);
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

    private void send(PublishCall call, List<? extends Draft> drafts) {
        Generation generation;
        try {
            generation = around.producers().current();
        } catch (RuntimeException e) {
            call.giveUp(KafkaErrors.doing("publish", e));
            return;
        }
        call.sentBy(generation.number());
        Map<String, Integer> partitions = new HashMap<>();
        for (int i = 0; i < drafts.size() && !call.isOver(); i++) {
            try {
                Written written = drafts.get(i).write();
                int partition = partitions.computeIfAbsent(written.topic(), this::nextPartition);
                send(generation, written, partition, new Sending(generation, call, i, written));
            } catch (ConfigurationException e) {
                call.failed(i, e);
            } catch (RuntimeException e) {
                call.failed(i, new ConfigurationException("a message cannot be written: " + KafkaErrors.text(e), e));
            }
        }
    }

    private static void send(Generation generation, Written written, int partition, Sending sending) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(written.topic(), partition, written.key(), written.value());
        written.headers().forEach(record.headers()::add);
        try {
            Future<RecordMetadata> unused = generation.producer().send(record, sending);
        } catch (KafkaException | IllegalStateException e) {
            sending.onCompletion(null, e);
        }
        sending.sent();
    }

    /** What a producer says of one record. */
    private final class Sending implements Callback {
        private final Generation by;
        private final PublishCall call;
        private final int index;
        private final Written record;
        private volatile boolean sent;

        Sending(Generation by, PublishCall call, int index, Written record) {
            this.by = by;
            this.call = call;
            this.index = index;
            this.record = record;
        }

        /** The producer has taken it. */
        void sent() {
            sent = true;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
            if (failure == null) {
                by.confirmed(around.time().nanoTime());
                call.confirmed(index);
                return;
            }
            call.facts().topics().forEach(around.topics()::forget);
            if (TooLarge.is(failure)) {
                TooLarge.explain(record, around.topics(), failure)
                        .thenAcceptAsync(why -> call.failed(index, why), around.callbacks());
                return;
            }
            BrokerException reason = KafkaErrors.doing("publish", failure);
            if (!sent && failure instanceof TimeoutException) {
                call.giveUp(reason); // it has waited long for the brokers, and would do so again for each record
            } else {
                call.failed(index, reason);
            }
        }
    }

    /** One after the other, each call from the next on. */
    private int nextPartition(String topic) {
        int count = Math.max(1, around.topics().known(topic).orElse(1));
        return Math.floorMod(
                turns.computeIfAbsent(topic, first -> new AtomicInteger()).getAndIncrement(), count);
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
        List<PublishCall> slow = new ArrayList<>();
        for (PublishCall call : open) {
            if (call.facts().deadline() - now <= 0) {
                call.facts().topics().forEach(around.topics()::forget);
                call.giveUp(
                        new BrokerUnavailableException("Kafka did not confirm within " + UrlOptions.written(timeout)));
                retireIfSilent(call);
            } else if (now - call.facts().begun() >= SLOW.toNanos() && call.generation() >= 0 && !call.isOver()) {
                slow.add(call);
            }
        }
        if (!slow.isEmpty() && asking.compareAndSet(false, true)) {
            Set<String> topics = new TreeSet<>();
            slow.forEach(call -> topics.addAll(call.facts().topics()));
            around.topics().missing(topics).whenComplete((missing, failure) -> {
                asking.set(false);
                if (failure == null && !missing.isEmpty()) {
                    slow.stream()
                            .filter(call -> !Collections.disjoint(call.facts().topics(), missing))
                            .filter(PublishCall::isMissingAgain)
                            .forEach(call -> giveUpProducer(call, missing));
                }
            });
        }
    }

    /**
     * A producer whose thread has died, as it does when the memory is used up, says nothing any more. The next call has
     * a new one. It may as well be that the brokers were away for as long and come again: so the old one is left alone
     * until all that it was given, results too, has had its time.
     */
    private void retireIfSilent(PublishCall call) {
        Generation silent = around.producers()
                .retireIfSilentSince(call.generation(), call.facts().begun());
        if (silent != null) {
            log.warn(
                    "nothing was confirmed for {}: publishing goes on with a new producer",
                    UrlOptions.written(timeout));
            around.time().after(timeout.plus(LAST_ORDERS), () -> closeRetired(silent));
        }
    }

    /** Closing may block. */
    private void closeRetired(Generation retired) {
        if (!closed) { // else all are closed by whoever closes
            around.callbacks().execute(() -> around.producers().close(retired));
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
                .filter(call -> Collections.disjoint(call.facts().topics(), missing))
                .map(PublishCall::promise)
                .toArray(CompletableFuture[]::new);
        AtomicBoolean once = new AtomicBoolean();
        Runnable close = () -> {
            if (once.compareAndSet(false, true)) {
                closeRetired(old);
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
