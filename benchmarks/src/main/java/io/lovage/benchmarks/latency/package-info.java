/**
 * Latency in an open loop: tasks are sent at a fixed rate, whatever becomes of those before them, and the time runs
 * from the moment a task <em>should</em> have been sent. So what holds up the sender counts as what it is: a wait.
 */
@NullMarked
package io.lovage.benchmarks.latency;

import org.jspecify.annotations.NullMarked;
