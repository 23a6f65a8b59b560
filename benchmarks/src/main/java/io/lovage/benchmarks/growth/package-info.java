/**
 * Whether a task costs the same however much there is of something: tasks that wait, queues, slots, delayed tasks. A
 * program as applications are does the work, in a JVM of its own.
 */
@NullMarked
package io.lovage.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
