package io.lovage.spi;

import java.util.Set;

/**
 * What one queue can do, found out when it was declared.
 *
 * @param kind the broker's own word for it, for logs and errors: {@code quorum}, {@code classic}, {@code list},
 *     {@code topic}
 * @param priorityLevels how many priorities it tells apart; 1 when it has none
 */
public record QueueCapabilities(String kind, Set<QueueFeature> features, int priorityLevels) {
    public QueueCapabilities {
        features = Set.copyOf(features);
    }

    public boolean has(QueueFeature feature) {
        return features.contains(feature);
    }
}
