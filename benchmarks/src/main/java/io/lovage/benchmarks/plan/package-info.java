/**
 * What a comparison measures: which broker with which guarantee, doing what, done by whom. Values only; the other
 * packages of this module do what they say.
 */
@NullMarked
package io.lovage.benchmarks.plan;

import org.jspecify.annotations.NullMarked;
