@NullMarked
package io.lovage.console;

import org.jspecify.annotations.NullMarked;
