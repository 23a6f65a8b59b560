package io.lovage.spi;

import java.util.OptionalLong;

/** How many messages a queue holds; empty where the broker cannot tell (rule R9.1). */
public record QueueStats(OptionalLong ready, OptionalLong inFlight, OptionalLong delayed, OptionalLong dead) {}
