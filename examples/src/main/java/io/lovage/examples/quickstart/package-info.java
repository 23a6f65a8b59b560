/** The example of the README, as it runs. */
@NullMarked
package io.lovage.examples.quickstart;

import org.jspecify.annotations.NullMarked;
