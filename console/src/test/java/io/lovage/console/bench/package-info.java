@NullMarked
package io.lovage.console.bench;

import org.jspecify.annotations.NullMarked;
