@NullMarked
package io.lovage.examples.quickstart;

import org.jspecify.annotations.NullMarked;
