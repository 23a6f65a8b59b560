@NullMarked
package io.lovage.kafka;

import org.jspecify.annotations.NullMarked;
