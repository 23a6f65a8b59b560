@NullMarked
package io.lovage.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
