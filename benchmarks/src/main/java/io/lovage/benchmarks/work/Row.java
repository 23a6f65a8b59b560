package io.lovage.benchmarks.work;

import io.lovage.benchmarks.plan.Variant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is measured: one row of the table.
 *
 * @param name as people type it
 */
public record Row(String name, Facts facts, Goal goal, Place place, Map<Variant, Factory> factories) {
    public Row {
        factories = Map.copyOf(factories);
    }

    /**
     * What a reader has to know of a row.
     *
     * @param tasks how many tasks one run of the work does
     */
    public record Facts(String title, String guarantee, String settings, int tasks) {}

    /** What a row runs on. */
    public enum Place {
        /** Its own JVM: no server is needed. */
        JVM("Memory"),
        RABBITMQ("RabbitMQ"),
        REDIS("Redis"),
        KAFKA("Kafka");

        private final String title;

        Place(String title) {
            this.title = title;
        }

        /** Its name as people write it. */
        public String title() {
            return title;
        }
    }

    /** Makes one variant of the work, on the server at the URL where it needs one. */
    @FunctionalInterface
    public interface Factory {
        Work open(String url) throws Exception;
    }

    /** Who does this row's work, Lovage first. */
    public Set<Variant> variants() {
        return new TreeSet<>(factories.keySet());
    }

    /**
     * Makes one variant of the work.
     *
     * @throws IllegalArgumentException when this row has no such variant
     */
    public Work open(Variant variant, String url) throws Exception {
        Factory factory = factories.get(variant);
        if (factory == null) {
            throw new IllegalArgumentException(name + " has no variant " + variant);
        }
        return factory.open(url);
    }
}
