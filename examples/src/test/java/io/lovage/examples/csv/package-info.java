@NullMarked
package io.lovage.examples.csv;

import org.jspecify.annotations.NullMarked;
