package io.lovage.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The holding queue of one consumer, on the server: made when first needed. What nobody renews in it goes back to the
 * task queue when its lease is over. Used by one thread.
 */
final class HoldingQueue {
    /**
     * The server removes a queue that nobody used for so long, with what is in it. A dead worker's copies have gone
     * home long before, unless the task queue takes none: it has a day to become well.
     */
    private static final Duration UNUSED = Duration.ofDays(1);

    private static final int LEASES_UNUSED = 3;
    /** What the server's argument can say. */
    private static final long MOST_UNUSED_MILLIS = 0xffff_ffffL;

    /** A lease is renewed three times before it ends. */
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    private static final Duration CONNECTION_LOOK = Duration.ofMillis(100);
    private static final int LONGEST_PREFIX = 130;
    private static final Logger log = LoggerFactory.getLogger(HoldingQueue.class);

    private final Link link;
    private final String prefix;
    private final Duration lease;
    private final Map<String, Object> arguments;
    private String name;
    private boolean declared;
    private @Nullable Channel channel;

    /** What was taken: it must be acknowledged over the channel it came over. */
    record Taken(Channel channel, GetResponse response) {
        void acknowledge() throws IOException {
            channel.basicAck(response.getEnvelope().getDeliveryTag(), false);
        }

        /**
         * Returns when the server has answered over this channel, or throws: until then nobody else gets what was
         * taken.
         */
        void ask(String queue) throws IOException {
            channel.queueDeclarePassive(queue);
        }

        void putBack() throws IOException {
            channel.basicNack(response.getEnvelope().getDeliveryTag(), false, true);
        }
    }

    HoldingQueue(Link link, QueueSpec tasks) {
        this.link = link;
        this.prefix = tasks.name().length() > LONGEST_PREFIX ? tasks.name().substring(0, LONGEST_PREFIX) : tasks.name();
        this.name = newName(prefix);
        this.lease = tasks.lease().compareTo(SHORTEST_LEASE) < 0 ? SHORTEST_LEASE : tasks.lease();
        this.arguments = arguments(tasks, lease);
    }

    private static Map<String, Object> arguments(QueueSpec tasks, Duration lease) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("x-queue-type", "quorum");
        arguments.put("x-message-ttl", lease.toMillis());
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", tasks.name());
        arguments.put("x-dead-letter-strategy", "at-least-once");
        arguments.put("x-overflow", "reject-publish");
        arguments.put(
                "x-expires",
                Math.min(MOST_UNUSED_MILLIS, Math.max(UNUSED.toMillis(), LEASES_UNUSED * lease.toMillis())));
        return arguments;
    }

    String name() {
        return name;
    }

    Duration lease() {
        return lease;
    }

    boolean isDeclared() {
        return declared;
    }

    void declare() throws IOException, InterruptedException {
        if (declared) {
            return;
        }
        try {
            channel().queueDeclare(name, true, false, false, arguments);
            declared = true;
        } catch (IOException | RuntimeException e) {
            // What the server made of it, or is still making, is in nobody's way, and goes when it was unused for long.
            name = newName(prefix);
            throw e;
        }
    }

    private static String newName(String prefix) {
        return prefix + ".holding." + UUID.randomUUID();
    }

    /** It is not there any more. */
    void forget() {
        declared = false;
    }

    /** Everything in it, oldest first, until it is acknowledged or its channel ends. */
    List<Taken> takeAll() throws IOException, InterruptedException {
        Channel open = channel();
        List<Taken> taken = new ArrayList<>();
        for (GetResponse next = open.basicGet(name, false); next != null; next = open.basicGet(name, false)) {
            taken.add(new Taken(open, next));
        }
        return taken;
    }

    /** Ends the channel: the server shows again what was taken over it. */
    void reset() {
        Channel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.abort();
            } catch (IOException e) {
                log.debug("the channel was closed already", e);
            }
        }
    }

    void delete() throws IOException, InterruptedException {
        channel().queueDelete(name);
        declared = false;
    }

    void close() {
        Channel open = channel;
        channel = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException | TimeoutException | RuntimeException e) {
            log.debug("the channel of holding queue '{}' was gone before it was closed", name, e);
        }
    }

    private Channel channel() throws IOException, InterruptedException {
        Channel open = channel;
        if (open == null || !open.isOpen()) {
            open = link.await(CONNECTION_LOOK).connection().createChannel();
            if (open == null) {
                throw new BrokerUnavailableException("RabbitMQ allows no more channels on this connection");
            }
            channel = open;
        }
        return open;
    }
}
