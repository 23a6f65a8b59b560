/** A task that runs for longer than its lease, with and without renewal: what docs/pitfalls.md tells first. */
@NullMarked
package io.lovage.examples.pitfall;

import org.jspecify.annotations.NullMarked;
