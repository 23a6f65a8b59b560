package io.lovage.internal.client;

import io.lovage.spi.ServiceUrl;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;

/**
 * A connection as it was asked for, validated. Immutable.
 *
 * @param results empty for the broker's own result backend
 * @param time empty for the machine's clock
 */
record Settings(
        ServiceUrl broker,
        Optional<ServiceUrl> results,
        String defaultQueue,
        String name,
        Duration connectTimeout,
        Duration publishTimeout,
        Duration resultExpiry,
        Optional<TimeSource> time) {}
