/** {@code lovage demo}: the bulk import of the examples, in this JVM or with worker processes. */
@NullMarked
package io.lovage.console.demo;

import org.jspecify.annotations.NullMarked;
