package io.lovage.kafka;

import io.lovage.spi.TimeSource;
import java.util.concurrent.Executor;

/** The connection that results go over: the broker's, or one of their own. */
record ResultSurroundings(
        KafkaOptions options,
        Cluster cluster,
        Topics topics,
        Producers producers,
        TimeSource time,
        Executor callbacks) {}
