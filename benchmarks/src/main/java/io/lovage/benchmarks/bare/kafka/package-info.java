/** The bare kafka-clients, doing the same work as Lovage over Kafka with the same guarantee. */
@NullMarked
package io.lovage.benchmarks.bare.kafka;

import org.jspecify.annotations.NullMarked;
