package io.lovage.rabbitmq;

import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** What is known of a queue: how it was declared. */
record QueueFacts(boolean durable, Map<String, Object> arguments) {
    static final String TYPE = "x-queue-type";
    static final String MAX_PRIORITY = "x-max-priority";
    static final String DELIVERY_LIMIT = "x-delivery-limit";

    /** What makes a queue forget messages is the operator's choice, and must be seen. */
    private static final List<String> FORGETFUL =
            List.of("x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes");

    private static final String CLASSIC = "classic";
    private static final String QUORUM = "quorum";
    private static final String STREAM = "stream";
    private static final int LEVELS = 10;
    private static final int DEFAULT_LIMIT = 20;

    QueueFacts {
        arguments = Map.copyOf(new LinkedHashMap<>(arguments));
    }

    String kind() {
        return String.valueOf(arguments.getOrDefault(TYPE, CLASSIC));
    }

    boolean isStream() {
        return kind().equals(STREAM);
    }

    QueueCapabilities capabilities(ServerVersion server) {
        boolean quorum = countsDeliveries();
        int priorities = priorities(quorum, server);
        Set<QueueFeature> features = EnumSet.of(QueueFeature.DELAY);
        if (durable) {
            features.add(QueueFeature.DURABLE);
        }
        if (quorum) {
            features.add(QueueFeature.EXACT_DELIVERY_COUNT);
        }
        // Two levels that are mixed two to one are not "higher first" (rule R6.1).
        if (priorities > 1 && !(quorum && server.hasTwoQuorumPriorities())) {
            features.add(QueueFeature.PRIORITY);
        }
        return new QueueCapabilities(kind(), features, priorities);
    }

    /**
     * What operators should know of it: it may forget messages, or has not what was asked for.
     *
     * @param maxPriority what the URL asks for
     */
    List<String> warnings(OptionalInt maxPriority, ServerVersion server) {
        List<String> warnings = new ArrayList<>();
        for (String argument : FORGETFUL) {
            if (arguments.containsKey(argument)) {
                warnings.add("was declared with " + argument + "=" + arguments.get(argument)
                        + ": RabbitMQ may drop tasks that wait in it");
            }
        }
        if (maxPriority.isPresent() && !capabilities(server).has(QueueFeature.PRIORITY)) {
            warnings.add("is a " + kind() + " queue without priorities on RabbitMQ " + server + ": max_priority="
                    + maxPriority.getAsInt() + " has no effect on it, and tasks with a priority are refused;"
                    + " priorities need a queue made with ?queue_type=classic&max_priority=9, or RabbitMQ 4.3");
        }
        return warnings;
    }

    private int priorities(boolean quorum, ServerVersion server) {
        if (quorum && server.hasTwoQuorumPriorities()) {
            return 2;
        }
        if (quorum && !server.hasStrictQuorumPriorities()) {
            return 1;
        }
        return Math.min(LEVELS, 1 + number(MAX_PRIORITY, 0));
    }

    /** Whether the queue counts deliveries. */
    boolean countsDeliveries() {
        return kind().equals(QUORUM);
    }

    /**
     * How many deliveries of one copy the server counts before it takes the message away. A policy may set a limit that
     * clients do not see, so it is 20 where nothing is said, as it is by default from 4.0 on.
     */
    int serverLimit() {
        int limit = number(DELIVERY_LIMIT, DEFAULT_LIMIT);
        return limit < 0 ? Integer.MAX_VALUE : limit;
    }

    private int number(String argument, int fallback) {
        return arguments.get(argument) instanceof Number number ? number.intValue() : fallback;
    }
}
