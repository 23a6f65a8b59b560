/** The same work as JMH benchmarks, for those who trust only JMH, and for profilers that plug into it. */
@NullMarked
package io.lovage.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
