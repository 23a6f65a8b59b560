package io.lovage.rabbitmq;

import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Declares queues: adopts what exists, makes what is missing (rule R1.7). Thread-safe. */
final class RabbitQueues {
    private static final Logger log = LoggerFactory.getLogger(RabbitQueues.class);
    /** How far the server's limit lies above core's, which acts first and can then tell whoever waits (R7.2, R11.8). */
    private static final int NET = 10;

    private final Map<String, QueueFacts> known = new ConcurrentHashMap<>();
    private final Link link;
    private final RabbitOptions options;
    private final ServerVersion server;
    private final Duration timeout;

    RabbitQueues(Link link, RabbitOptions options, ServerVersion server, Duration timeout) {
        this.link = link;
        this.options = options;
        this.server = server;
        this.timeout = timeout;
    }

    QueueCapabilities declare(QueueSpec queue) {
        try (Scratch scratch = new Scratch(wire())) {
            QueueProbe probe = new QueueProbe(scratch);
            boolean exists = probe.exists(queue.name());
            QueueFacts facts =
                    exists ? look(probe, queue.name(), arguments(queue)) : new QueueFacts(true, arguments(queue));
            QueueCapabilities capabilities = facts.capabilities(server);
            refuseLacking(queue, facts, exists, capabilities);
            makeSure(scratch, probe, queue.deadLetterQueue());
            if (!exists) {
                facts = make(scratch, probe, queue.name(), arguments(queue));
                capabilities = facts.capabilities(server);
                refuseLacking(queue, facts, true, capabilities);
            }
            DelayDiversions diversions = new DelayDiversions(scratch);
            if (diversions.areNeeded()) {
                diversions.end(queue);
            }
            warn(queue.name(), facts);
            known.put(queue.name(), facts);
            return capabilities;
        } catch (IOException e) {
            throw Refusals.doing("declare queue '" + queue.name() + "'", e);
        }
    }

    ServerVersion server() {
        return server;
    }

    /** The connection for questions; administration uses it, too. */
    Wire wire() {
        try {
            return link.await(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while waiting for a connection", e);
        }
    }

    private static QueueFacts look(QueueProbe probe, String queue, Map<String, Object> guess) {
        QueueFacts facts = probe.facts(queue, guess);
        if (facts.isStream()) {
            throw new QueueMismatchException(
                    "'" + queue + "' is a stream; a stream keeps what was acknowledged and cannot be a task queue");
        }
        return facts;
    }

    /** Somebody else may make it first, otherwise than we would: then it is adopted. */
    private static QueueFacts make(Scratch scratch, QueueProbe probe, String queue, Map<String, Object> arguments)
            throws IOException {
        try {
            scratch.channel().queueDeclare(queue, true, false, false, arguments);
            return new QueueFacts(true, arguments);
        } catch (IOException e) {
            if (Refusals.doing("declare queue '" + queue + "'", e) instanceof QueueMismatchException) {
                return look(probe, queue, arguments);
            }
            throw e;
        }
    }

    private void refuseLacking(QueueSpec queue, QueueFacts facts, boolean exists, QueueCapabilities capabilities) {
        if (capabilities.features().containsAll(queue.requires())) {
            return;
        }
        Set<QueueFeature> lacking = EnumSet.copyOf(queue.requires());
        lacking.removeAll(capabilities.features());
        throw new QueueMismatchException("queue '" + queue.name() + "' lacks " + lacking + ": it "
                + (exists ? "exists as " : "would be made as ") + (facts.durable() ? "durable " : "transient ")
                + facts.kind() + " queue with arguments " + facts.arguments() + " on RabbitMQ " + server
                + (exists ? "; delete it or use another name" : "")
                + (lacking.contains(QueueFeature.PRIORITY)
                        ? "; priorities need ?queue_type=classic&max_priority=9, or quorum queues on RabbitMQ 4.3"
                        : ""));
    }

    /** When it is declared here first. */
    private void warn(String queue, QueueFacts facts) {
        if (!known.containsKey(queue)) {
            facts.warnings(options.maxPriority(), server).forEach(warning -> log.warn("queue '{}' {}", queue, warning));
        }
    }

    private Map<String, Object> arguments(QueueSpec queue) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (options.queueType() == QueueType.QUORUM) {
            arguments.put(QueueFacts.TYPE, "quorum");
            arguments.put(QueueFacts.DELIVERY_LIMIT, queue.deliveryLimit() + NET);
            arguments.put("x-dead-letter-exchange", "");
            arguments.put("x-dead-letter-routing-key", queue.deadLetterQueue());
            arguments.put("x-overflow", "reject-publish");
            arguments.put("x-dead-letter-strategy", "at-least-once");
        }
        boolean canPrioritise = options.queueType() == QueueType.CLASSIC || server.hasStrictQuorumPriorities();
        if (canPrioritise && options.maxPriority().isPresent()) {
            arguments.put(QueueFacts.MAX_PRIORITY, options.maxPriority().getAsInt());
        }
        return arguments;
    }

    /** Looking at dead letters counts as delivering them, so a limit would in the end drop them. */
    private Map<String, Object> deadLetterArguments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (options.queueType() == QueueType.QUORUM) {
            arguments.put(QueueFacts.TYPE, "quorum");
            if (server.limitsDeliveriesByDefault()) {
                arguments.put(QueueFacts.DELIVERY_LIMIT, -1);
            }
        }
        return arguments;
    }

    /** Deletes a queue. What is delayed for it goes where {@link DelayDiversions} says. */
    void delete(QueueSpec queue) {
        try (Scratch scratch = new Scratch(wire())) {
            QueueProbe probe = new QueueProbe(scratch);
            if (probe.exists(queue.name())) {
                DelayDiversions diversions = new DelayDiversions(scratch);
                if (diversions.areNeeded()) {
                    makeSure(scratch, probe, DelayDiversions.HOMELESS);
                    diversions.begin(queue, probe.exists(queue.deadLetterQueue()));
                }
                scratch.channel().queueDelete(queue.name());
            }
            known.remove(queue.name());
        } catch (IOException e) {
            throw Refusals.doing("delete queue '" + queue.name() + "'", e);
        }
    }

    private void makeSure(Scratch scratch, QueueProbe probe, String deadLetterQueue) throws IOException {
        if (!probe.exists(deadLetterQueue)) {
            make(scratch, probe, deadLetterQueue, deadLetterArguments());
        }
    }

    /** How the queue was declared; {@link BrokerException} when there is no such queue. */
    QueueFacts facts(QueueSpec queue) {
        QueueFacts facts = known.get(queue.name());
        if (facts != null) {
            return facts;
        }
        try (Scratch scratch = new Scratch(wire())) {
            scratch.channel().queueDeclarePassive(queue.name());
            QueueFacts found = look(new QueueProbe(scratch), queue.name(), arguments(queue));
            known.put(queue.name(), found);
            return found;
        } catch (IOException e) {
            throw Refusals.doing("look at queue '" + queue.name() + "'", e);
        }
    }

    boolean prioritises(String queue) {
        return facts(QueueSpec.of(queue)).capabilities(server).has(QueueFeature.PRIORITY);
    }
}
