package io.lovage.spi;

import java.time.Duration;

/** What a provider gets to make a result backend; the components are those of {@link BrokerConfig}. */
public record BackendConfig(
        ServiceUrl url, String clientName, Duration connectTimeout, TimeSource time, Threads threads) {}
