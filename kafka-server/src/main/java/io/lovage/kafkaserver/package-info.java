/**
 * The main class of a Kafka that runs as a process of its own, and beside it, as a resource named {@code classpath},
 * the files this process needs. No other module may use the class: it works on that class path only.
 */
@NullMarked
package io.lovage.kafkaserver;

import org.jspecify.annotations.NullMarked;
