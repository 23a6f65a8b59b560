/** The command line: {@code lovage worker}, {@code send}, {@code result} and {@code demo}. */
@NullMarked
package io.lovage.console;

import org.jspecify.annotations.NullMarked;
