package io.lovage.spi;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a broker can do, and the bounds it declares. What a broker cannot say is empty, never zero.
 *
 * @param broker the name used in documents, errors and the conformance table: {@code memory}, {@code rabbitmq}, ...
 * @param lease what a lease is bound to
 * @param crashBound how long after a worker was killed its deliveries are handed out again at the latest (rule R4.3);
 *     where that depends on the lease: from a queue with the default lease. A module that moves what is held for long
 *     under another kind of lease documents the bound of that
 * @param longestDelay the longest delay it takes (rule R5.5)
 * @param delayPrecision how late a delayed message may be while workers are idle (rule R5.2)
 * @param largestMessageBytes the largest body it takes, where it is known (rule R1.6)
 * @param answersSettlement whether a settlement is answered APPLIED; otherwise SENT (rule R3.1)
 */
public record Capabilities(
        String broker,
        LeaseModel lease,
        Duration crashBound,
        Duration longestDelay,
        Duration delayPrecision,
        OptionalLong largestMessageBytes,
        boolean answersSettlement) {}
