/**
 * The broker and the result backend inside this JVM: the reference implementation of the rules, without a server.
 *
 * <p>All state of one {@link io.lovage.internal.memory.MemorySpace} is guarded by its one lock, except the results,
 * which have a lock of their own. Lock order: the space's lock and that of the results are never held together; a
 * {@code ResultListener}'s comes after that of the results. User code (listeners, onLost actions) runs with none held.
 */
@NullMarked
package io.lovage.internal.memory;

import org.jspecify.annotations.NullMarked;
