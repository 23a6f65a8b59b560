/** Tests of the conformance table. */
@NullMarked
package io.lovage.tck.report;

import org.jspecify.annotations.NullMarked;
