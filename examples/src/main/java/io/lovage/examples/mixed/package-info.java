/** The Java half of examples/mixed-celery. */
@NullMarked
package io.lovage.examples.mixed;

import org.jspecify.annotations.NullMarked;
