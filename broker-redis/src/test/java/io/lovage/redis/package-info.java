@NullMarked
package io.lovage.redis;

import org.jspecify.annotations.NullMarked;
