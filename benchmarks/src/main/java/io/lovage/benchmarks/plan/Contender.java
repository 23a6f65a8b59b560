package io.lovage.benchmarks.plan;

import java.util.List;
import java.util.Locale;

/** A broker in one of the forms it is used in: what a reader of the report chooses from. */
public enum Contender {
    MEMORY(Broker.MEMORY),
    RABBITMQ_CLASSIC(Broker.RABBITMQ),
    RABBITMQ_QUORUM(Broker.RABBITMQ),
    REDIS(Broker.REDIS),
    /** Kafka with batches of messages, taken and settled together. */
    KAFKA_BATCH(Broker.KAFKA),
    /** Kafka with one message in each lane, locked and renewed by itself. */
    KAFKA_LANE(Broker.KAFKA);

    private final Broker broker;

    Contender(Broker broker) {
        this.broker = broker;
    }

    /** The server it runs on. */
    public Broker broker() {
        return broker;
    }

    /** The levels it can be set to, the weakest first. */
    public List<Level> levels() {
        return switch (this) {
            case MEMORY -> List.of(Level.D0);
            case RABBITMQ_CLASSIC -> List.of(Level.D0, Level.D1);
            case RABBITMQ_QUORUM -> List.of(Level.D2);
            case REDIS, KAFKA_BATCH, KAFKA_LANE -> List.of(Level.values());
        };
    }

    /** The level that a quick look takes: D1, or the one level there is. */
    public Level usual() {
        return levels().contains(Level.D1) ? Level.D1 : levels().get(0);
    }

    /** Its name in a report. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The contender with that label.
     *
     * @throws IllegalArgumentException when there is none, naming those there are
     */
    public static Contender of(String label) {
        return Labels.find("contender", values(), Contender::label, label);
    }
}
