/**
 * The pieces of work that are measured, each done by Lovage and by the bare client. JMH and {@code lovage bench}
 * measure the same objects. The one package of this module that may see what is internal in core, since a codec has no
 * public door.
 */
@NullMarked
package io.lovage.benchmarks.work;

import org.jspecify.annotations.NullMarked;
