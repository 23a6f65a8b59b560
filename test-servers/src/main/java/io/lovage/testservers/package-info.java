/**
 * Real servers as private processes or in containers, and the ways to break them: for tests, benchmarks and the command
 * line.
 *
 * <p>A server of this package listens on 127.0.0.1 only, on ports of its own that stay the same over kill and restart,
 * keeps its data in a folder of its own, and dies with the JVM that started it, even when that JVM is killed.
 */
@NullMarked
package io.lovage.testservers;

import org.jspecify.annotations.NullMarked;
