/** {@code lovage pitfall}: a task that outlasts its lease, on a server of its own, to watch. */
@NullMarked
package io.lovage.console.pitfall;

import org.jspecify.annotations.NullMarked;
