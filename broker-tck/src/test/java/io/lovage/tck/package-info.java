/** The kit over the memory broker, and the proof that the kit finds what is broken. */
@NullMarked
package io.lovage.tck;

import org.jspecify.annotations.NullMarked;
