package io.lovage.spi;

import java.time.Duration;

/**
 * What a provider gets to make a connection.
 *
 * @param url where, with the options of this kind of broker in its query
 * @param clientName what operators see on the server
 * @param connectTimeout how long connecting may take
 * @param publishTimeout how long the broker may take to confirm (rule R1.3)
 * @param time the one clock
 * @param threads makes every thread the broker starts
 */
public record BrokerConfig(
        ServiceUrl url,
        String clientName,
        Duration connectTimeout,
        Duration publishTimeout,
        TimeSource time,
        Threads threads) {}
