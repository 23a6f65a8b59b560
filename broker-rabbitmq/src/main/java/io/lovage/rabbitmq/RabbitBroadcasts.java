package io.lovage.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Destination;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events and remote control over a connection of their own, so that neither a blocked publisher nor a refused exchange
 * reaches the work on tasks (rule R13.4). One thread opens, attaches and publishes; both begin with the first use.
 * Thread-safe.
 */
final class RabbitBroadcasts implements Broadcasts, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RabbitBroadcasts.class);
    private static final int MOST_WAITING = 1_000;
    private static final int MOST_EXCHANGES_KNOWN = 100;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** Something to do for the keeper; without a message: look what has changed. */
    private record Errand(@Nullable Target to, @Nullable Message message) {
        static final Errand LOOK = new Errand(null, null);
    }

    private final BlockingQueue<Errand> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Set<RabbitEar> ears = ConcurrentHashMap.newKeySet();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Link link;
    private final Thread keeper;
    private volatile boolean closed;
    /* the keeper's own */
    private final Set<String> exchangesKnown = new HashSet<>();
    private @Nullable Channel voice;
    private String lastReason = "";
    private Duration pause = FIRST_PAUSE;

    RabbitBroadcasts(Link link, Threads threads) {
        this.link = link;
        this.keeper = threads.named("rabbitmq-broadcasts").newThread(this::keep);
    }

    @Override
    public boolean send(Target to, Message message) {
        boolean taken = !closed && waiting.offer(new Errand(to, message));
        if (taken) {
            begin();
        } else {
            dropped.increment();
        }
        return taken;
    }

    @Override
    public Listening listen(Source from, Consumer<Message> listener) {
        RabbitEar ear = new RabbitEar(from, listener, this::look);
        ears.add(ear);
        begin();
        look();
        return ear;
    }

    @Override
    public long dropped() {
        return dropped.sum();
    }

    private void begin() {
        if (!closed && begun.compareAndSet(false, true)) {
            keeper.start();
        }
    }

    /** When too much waits already, the keeper is awake. */
    private void look() {
        boolean unused = waiting.offer(Errand.LOOK);
    }

    private void keep() {
        try {
            while (!closed || !waiting.isEmpty()) {
                try {
                    Wire wire = connection();
                    Channel open = voice(wire);
                    boolean complete = attachEars(wire);
                    Errand next = complete ? waiting.take() : waiting.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
                    if (next != null) {
                        run(next, wire, open);
                    }
                } catch (IOException | RuntimeException e) {
                    notNow(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever closes is in a hurry
        }
    }

    private Wire connection() throws InterruptedException {
        link.start();
        return link.await(LONGEST_PAUSE);
    }

    private Channel voice(Wire wire) throws IOException {
        Channel open = voice;
        if (open != null && open.isOpen()) {
            return open;
        }
        if (open != null) {
            rest(); // a server that refuses what was sent closes the channel each time
        }
        exchangesKnown.clear();
        BroadcastRoute.declare(wire, BroadcastRoute.EVENTS, BuiltinExchangeType.TOPIC, true);
        BroadcastRoute.declare(wire, BroadcastRoute.CONTROL, BuiltinExchangeType.FANOUT, false);
        Channel next = wire.connection().createChannel();
        if (next == null) {
            throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
        }
        next.addShutdownListener(cause -> look());
        voice = next;
        return next;
    }

    /** False when one of them does not hear yet and must be tried again. */
    private boolean attachEars(Wire wire) {
        boolean complete = true;
        List<RabbitEar> closing = ears.stream().filter(RabbitEar::isClosed).toList();
        ears.removeAll(closing);
        closing.forEach(RabbitEar::detach);
        for (RabbitEar ear : ears) {
            complete &= ear.isAttached() || attached(ear, wire);
        }
        if (complete) {
            lastReason = "";
        }
        return complete;
    }

    private boolean attached(RabbitEar ear, Wire wire) {
        try {
            ear.attach(wire);
            return true;
        } catch (IOException | RuntimeException e) {
            complain(e);
            pause = longer(pause);
            return false;
        }
    }

    private void run(Errand errand, Wire wire, Channel open) throws IOException {
        Target to = errand.to();
        Message message = errand.message();
        if (to == null || message == null) {
            return;
        }
        boolean sent = false;
        try {
            sent = to.fold(
                            event -> new Way(BroadcastRoute.EVENTS, event.key()),
                            everyNode -> new Way(BroadcastRoute.CONTROL, ""),
                            asker -> new Way(asker.exchange(), asker.routingKey()))
                    .publish(message, open, way -> isThere(way.exchange(), wire));
            pause = FIRST_PAUSE;
        } finally {
            if (!sent) {
                dropped.increment();
            }
        }
    }

    private interface Check {
        boolean passes(Way way) throws IOException;
    }

    private record Way(String exchange, String routingKey) {
        boolean publish(Message message, Channel channel, Check there) throws IOException {
            if (!there.passes(this)) {
                return false;
            }
            OutboundMessage outbound = new OutboundMessage(Destination.reply(routingKey), message, Duration.ZERO, 0);
            channel.basicPublish(
                    exchange,
                    routingKey,
                    Amqp.properties(outbound),
                    message.body().toArray());
            return true;
        }
    }

    /** To publish where there is no exchange would end the channel; whoever asked with it has gone. */
    private boolean isThere(String exchange, Wire wire) throws IOException {
        if (exchange.equals(BroadcastRoute.EVENTS)
                || exchange.equals(BroadcastRoute.CONTROL)
                || exchangesKnown.contains(exchange)) {
            return true;
        }
        try (Scratch scratch = new Scratch(wire)) {
            scratch.channel().exchangeDeclarePassive(exchange);
        } catch (IOException e) {
            if (Refusals.close(e).filter(close -> !close.ofConnection()).isPresent()) {
                return false;
            }
            throw e;
        }
        if (exchangesKnown.size() < MOST_EXCHANGES_KNOWN) {
            exchangesKnown.add(exchange);
        }
        return true;
    }

    private void notNow(Exception failure) {
        if (!closed) {
            complain(failure);
            rest();
        } else if (!link.isUp()) {
            waiting.clear();
        }
    }

    /** A lost connection is told by the link; a refusal is told here, once. */
    private void complain(Exception failure) {
        BrokerException reason = Refusals.doing("broadcast", failure);
        String text = Refusals.text(reason);
        if (!reason.retryable() && !text.equals(lastReason)) {
            log.warn("no events and no remote control at present: {}; it is tried again, and not said again", text);
        }
        lastReason = text;
    }

    private void rest() {
        LockSupport.parkNanos(this, pause.toNanos());
        pause = longer(pause);
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    /** What waits is still sent if that is possible within a moment: that a worker has gone should be heard. */
    @Override
    public void close() {
        closed = true;
        look();
        LockSupport.unpark(keeper);
        if (begun.getAndSet(true) && link.isUp()) {
            try {
                keeper.join(FAREWELL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        keeper.interrupt();
        link.close();
    }
}
