package io.lovage.tck;

import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What a victim does, whatever it lives in: takes deliveries, holds them, follows commands, tells what happens. Lines
 * in, lines out. {@link #take} is for one thread; commands may come on another.
 */
final class VictimSession {
    static final String READY = "READY";
    static final String TAKEN = "TAKEN ";
    static final String LOST = "LOST ";
    static final String SETTLED = "SETTLED ";
    static final String STORED = "STORED ";

    static final String DEAD_REASON = "the victim says so";

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RESULT_TIME_TO_LIVE = Duration.ofHours(1);

    private final Map<String, Delivery> held = new ConcurrentHashMap<>();
    private final Broker broker;
    private final ResultBackend results;
    private final VictimSpec spec;
    private final Consumer<String> told;
    private volatile boolean stopped;

    VictimSession(Broker broker, ResultBackend results, VictimSpec spec, Consumer<String> told) {
        this.broker = broker;
        this.results = results;
        this.spec = spec;
        this.told = told;
    }

    /** Takes what it is to take; returns when it has, or was stopped. The deliveries stay held. */
    void take() throws InterruptedException {
        broker.declare(spec.queue());
        Broker.Consumer consumer = broker.consume(ConsumeSpec.of(spec.queue(), spec.take()));
        told.accept(READY);
        int taken = 0;
        while (taken < spec.take() && !stopped) {
            for (Delivery delivery : consumer.poll(spec.take() - taken, POLL)) {
                hold(delivery);
                taken++;
            }
        }
    }

    void stop() {
        stopped = true;
    }

    private void hold(Delivery delivery) {
        String id = Messages.id(delivery);
        held.put(id, delivery);
        told.accept(TAKEN + delivery.deliveryCount() + " " + id);
        delivery.onLost(() -> told.accept(LOST + id));
    }

    static String ack(String id) {
        return "ack " + id;
    }

    static String ackAfter(String id, String queue, int copies) {
        return "ackafter " + queue + " " + copies + " " + id;
    }

    static String deadLetter(String id) {
        return "dead " + id;
    }

    static String storeResult(String id) {
        return "result " + id;
    }

    void command(String line) {
        String[] words = line.split(" ", -1);
        String id = words[words.length - 1];
        Delivery delivery = held.get(id);
        if (delivery == null) {
            throw new IllegalStateException("the victim does not hold " + id);
        }
        switch (words[0]) {
            case "ack" -> settle(delivery, id, Settlement.ack());
            case "ackafter" ->
                settle(delivery, id, Settlement.ackAfter(copies(id, words[1], Integer.parseInt(words[2]))));
            case "dead" -> settle(delivery, id, Settlement.deadLetter(DEAD_REASON));
            case "result" -> store(delivery, id);
            default -> throw new IllegalStateException("not a command: " + line);
        }
    }

    private static List<OutboundMessage> copies(String id, String queue, int copies) {
        return IntStream.range(0, copies)
                .mapToObj(n -> OutboundMessage.to(queue, Messages.named(id + "." + n)))
                .toList();
    }

    private void settle(Delivery delivery, String id, Settlement how) {
        delivery.settle(how)
                .whenComplete(
                        (settled, failure) -> told.accept(SETTLED + (failure == null ? settled : failure) + " " + id));
    }

    private void store(Delivery delivery, String id) {
        StoredResult result = new StoredResult(
                new TaskId(id), TaskState.SUCCESS, Bytes.utf8(Messages.document(id, TaskState.SUCCESS, "\"victim\"")));
        results.transition(TaskRef.of(result.id()), result, new Fence(0, delivery.deliveryCount()), RESULT_TIME_TO_LIVE)
                .whenComplete((transition, failure) ->
                        told.accept(STORED + (failure == null && transition.accepted()) + " " + id));
    }
}
