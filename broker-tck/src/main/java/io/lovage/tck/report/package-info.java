/** Makes the conformance table out of runs of the kit, and finds skips that nobody declared. */
@NullMarked
package io.lovage.tck.report;

import org.jspecify.annotations.NullMarked;
