@NullMarked
package io.lovage.console.pitfall;

import org.jspecify.annotations.NullMarked;
