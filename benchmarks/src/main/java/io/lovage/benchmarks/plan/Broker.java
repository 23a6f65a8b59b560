package io.lovage.benchmarks.plan;

/** The servers that are compared, by the name people give them. */
public enum Broker {
    MEMORY("Memory"),
    RABBITMQ("RabbitMQ"),
    REDIS("Redis"),
    KAFKA("Kafka");

    private final String title;

    Broker(String title) {
        this.title = title;
    }

    /** Its name as its makers write it. */
    public String title() {
        return title;
    }

    /** Its name as people type it. */
    public String label() {
        return Labels.lower(this);
    }
}
