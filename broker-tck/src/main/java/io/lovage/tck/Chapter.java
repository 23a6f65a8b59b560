package io.lovage.tck;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the chapters of the kit have in common: their tests run side by side where the build allows it. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(providers = BrokerLock.class)
abstract class Chapter {}
