@NullMarked
package io.lovage.examples;

import org.jspecify.annotations.NullMarked;
