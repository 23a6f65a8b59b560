/**
 * {@code lovage bench}: compares brokers on this machine. What is measured, and how, is the module benchmarks' affair.
 */
@NullMarked
package io.lovage.console.bench;

import org.jspecify.annotations.NullMarked;
