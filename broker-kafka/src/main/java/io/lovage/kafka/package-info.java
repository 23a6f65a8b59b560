/**
 * Kafka as broker ({@code kafka://}, {@code kafkas://}), on share groups alone.
 *
 * <p>Public is the provider, found by {@link java.util.ServiceLoader}; its Javadoc lists the options of the URL. A
 * queue is a topic and a share group of the same name; a record's value is kombu's envelope.
 */
@NullMarked
package io.lovage.kafka;

import org.jspecify.annotations.NullMarked;
