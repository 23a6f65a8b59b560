/** What users need to test their tasks without servers, threads or sleeping. */
@NullMarked
package io.lovage.testing;

import org.jspecify.annotations.NullMarked;
