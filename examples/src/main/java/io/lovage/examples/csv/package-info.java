/** Reads CSV files of any size, byte range by byte range. Sees the JDK only. */
@NullMarked
package io.lovage.examples.csv;

import org.jspecify.annotations.NullMarked;
