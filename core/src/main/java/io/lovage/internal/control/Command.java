package io.lovage.internal.control;

import org.jspecify.annotations.Nullable;

/** One command of remote control. Runs on the thread of remote control, which does nothing else meanwhile. */
@FunctionalInterface
interface Command {
    /**
     * Obeys, and returns the answer as JSON's plain values; null where Celery answers nothing.
     *
     * @throws IllegalArgumentException when the arguments are not those of this command
     */
    @Nullable
    Object run(Given arguments);
}
