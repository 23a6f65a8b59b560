/** Brokers that are broken on purpose, each in one way, for the proof that the kit finds it. */
@NullMarked
package io.lovage.tck.faulty;

import org.jspecify.annotations.NullMarked;
