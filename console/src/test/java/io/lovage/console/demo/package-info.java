@NullMarked
package io.lovage.console.demo;

import org.jspecify.annotations.NullMarked;
