@NullMarked
package io.lovage.examples.pitfall;

import org.jspecify.annotations.NullMarked;
